// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.jingle.JingleAction;
import im.thingle.signaling.jingle.JingleError;
import im.thingle.signaling.jingle.Leg;
import im.thingle.signaling.jingle.Patience;
import im.thingle.signaling.jingle.Reason;
import im.thingle.signaling.jingle.transport.IceTransport;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.MirrorEnd;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * One call (XEP-0167) that ends here: it is answered at once with what was offered, and lasts until the client has had
 * enough, or for as long as it may. Then the client gets a message with what came. Confined to its event loop.
 */
final class EchoCall implements LiveSession, CallTransport.Output {
    /** Who and what takes part. Immutable. */
    record Parts(BrokeredSession session, Leg leg, StreamParties parties, MirrorPort mirrors, BrokerEvents events,
            Duration longest, LongSupplier nanoTime) {}

    /** How the log calls our own end. */
    private static final String US = "echo";
    private static final Duration MOST_VANISHED = Duration.ofSeconds(10);
    /** For the relay to say what came. */
    private static final Duration MOST_LINGERING = Duration.ofSeconds(5);
    private static final String INFO = "urn:xmpp:jingle:apps:rtp:info:1";

    private final Parts parts;
    private final Leg leg;
    private final CallAnswer answer;
    private final BiConsumer<EchoCall, String> whenOver;
    private final Patience vanished = new Patience(MOST_VANISHED);
    private final Patience talking;
    private final Patience lingering = new Patience(MOST_LINGERING);
    private final List<CallTransport> transports = new ArrayList<>();
    private boolean bundles;
    private int opening;
    private boolean flowing;
    private boolean ended;
    private boolean over;
    private long sinceNanos;
    private long tookNanos;
    private String endedFor = "";
    private String endedBy = "";
    private String why = "";

    /** @param whenOver gets what the client is to be told */
    EchoCall(Parts parts, BiConsumer<EchoCall, String> whenOver) {
        this.parts = parts;
        this.whenOver = whenOver;
        leg = parts.leg();
        answer = new CallAnswer(parts.mirrors().fingerprint());
        talking = new Patience(parts.longest());
    }

    /** Accepts the client's offer, which has been acknowledged, as soon as there are ports. */
    void accept(CallOffer offer, boolean isBundled) {
        parts.events().started(parts.session(), () -> end(Reason.GONE, "the relay's operator has ended it"));
        leg.move(Leg.State.PENDING);
        bundles = isBundled;
        sinceNanos = parts.nanoTime().getAsLong();
        if (!offer.left().isEmpty()) {
            remove(offer.left());
        }
        offer.shares().forEach(share -> transports.add(new CallTransport(share, this)));
        opening = transports.size();
        transports.forEach(each -> each.open(parts.mirrors(), parts.parties()));
    }

    @Override
    public Leg leg() {
        return leg;
    }

    @Override
    public String endedFor() {
        return endedFor;
    }

    @Override
    public void onJingle(Jingle jingle, Reply reply) {
        vanished.stop();
        if (ended) {
            farewell(jingle.action(), reply);
        } else if (!admits(jingle.action())) {
            JingleError.OUT_OF_ORDER.answer(reply);
        } else if (jingle.contents().stream()
                .anyMatch(each -> (find(each.key()).isPresent()) == (jingle.action() == JingleAction.CONTENT_ADD))) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "A content of that name is not there, or there already.");
        } else if (!understands(jingle)) {
            JingleError.UNSUPPORTED_INFO.answer(reply);
        } else {
            reply.result();
            act(jingle);
        }
    }

    @Override
    public void onVanished() {
        vanished.start();
    }

    @Override
    public void onTick(long now) {
        if (vanished.ends(now)) {
            end(Reason.GONE, "your client went offline");
        }
        if (talking.ends(now)) {
            end(Reason.SUCCESS, "it has lasted as long as it may");
        }
        if (lingering.ends(now)) {
            release();
        }
    }

    @Override
    public void onLinkLost() {
        end(Reason.CONNECTIVITY_ERROR, "the link to the XMPP server was lost");
        release();
    }

    @Override
    public void end(Reason reason, String text) {
        if (ended) {
            return;
        }
        if (leg.isOpen()) {
            leg.send(JingleAction.SESSION_TERMINATE, List.of(), List.of(reason.element(text, null)), told -> {});
        }
        over(reason.word(), "", text);
    }

    @Override
    public void release() {
        if (over) {
            return;
        }
        over = true;
        String report = why;
        try {
            transports.forEach(CallTransport::close);
            List<MirrorEnd> ends =
                    transports.stream().map(CallTransport::ended).filter(end -> end != null).toList();
            parts.events().ended(parts.session(), endedFor, endedBy,
                    ends.stream().mapToLong(end -> end.bytes() + end.bytesBack()).sum());
            report = CallReport.of(transports, tookNanos, why);
        } finally { // or a fault would keep its place in the account for ever
            whenOver.accept(this, report);
        }
    }

    private void over(String reason, String by, String text) {
        ended = true;
        tookNanos = parts.nanoTime().getAsLong() - sinceNanos;
        endedFor = reason;
        endedBy = by;
        why = text;
        leg.move(Leg.State.ENDED);
        talking.stop();
        lingering.start();
        transports.forEach(CallTransport::close);
        releaseIfOver();
    }

    private void releaseIfOver() {
        if (ended && opening == 0 && transports.stream().allMatch(each -> each.ours() == null || each.ended() != null)) {
            release();
        }
    }

    /** Nothing of ours can be accepted or rejected: we propose nothing. */
    private boolean admits(JingleAction action) {
        return switch (action) {
            case CONTENT_ACCEPT, CONTENT_REJECT, TRANSPORT_ACCEPT, TRANSPORT_REJECT -> false;
            default -> leg.admits(action);
        };
    }

    /** Whether somebody is silent, or rings, changes nothing here. */
    private static boolean understands(Jingle jingle) {
        return switch (jingle.action()) {
            case SECURITY_INFO -> false;
            case SESSION_INFO -> jingle.others().stream().allMatch(each -> each.namespace().equals(INFO));
            default -> true;
        };
    }

    private void act(Jingle jingle) {
        switch (jingle.action()) {
            case SESSION_TERMINATE -> over(Reason.of(jingle.others()), leg.theirs(), "");
            case TRANSPORT_INFO -> jingle.contents().forEach(this::told);
            case TRANSPORT_REPLACE -> leg.send(JingleAction.TRANSPORT_REJECT, jingle.contents(), List.of(), this::heard);
            case CONTENT_ADD -> add(jingle.contents());
            case CONTENT_REMOVE -> removed(jingle.contents());
            default -> { } // nothing that we would do otherwise
        }
    }

    private void told(Content content) {
        if (IceTransport.takes(content.transport())) {
            find(content.key()).ifPresent(transport -> transport.told(IceTransport.of(content.transport())));
        }
    }

    /** What goes over a transport that is there can be had; ports for others are not taken in the middle of a call. */
    private void add(List<Content> contents) {
        CallOffer offer = CallOffer.of(contents, List.of(), parts.mirrors()::understands);
        Optional<CallTransport> shared = contents.size() != 1 || offer.shares().isEmpty() || opening > 0
                ? Optional.empty()
                : transports.stream().filter(each -> each.takes(contents.getFirst())).findFirst();
        if (shared.isEmpty()) {
            leg.send(JingleAction.CONTENT_REJECT, contents.stream().map(each -> each.withTransport(null)).toList(),
                    List.of(Reason.FAILED_APPLICATION.element(CallWording.NO_MORE, null)), this::heard);
        } else {
            shared.get().contents().add(contents.getFirst());
            leg.send(JingleAction.CONTENT_ACCEPT, List.of(content(shared.get(), contents.getFirst())), groups(),
                    this::heard);
        }
    }

    private void remove(List<Content> contents) {
        leg.send(JingleAction.CONTENT_REMOVE, contents.stream().map(each -> each.withTransport(null)).toList(),
                List.of(Reason.UNSUPPORTED_APPLICATIONS.element(CallWording.SOUND_AND_PICTURE, null)), this::heard);
    }

    private void removed(List<Content> contents) {
        for (Content content : contents) {
            transports.forEach(each -> each.contents().removeIf(one -> one.key().equals(content.key())));
        }
        transports.stream().filter(each -> each.contents().isEmpty()).forEach(CallTransport::close);
        if (transports.stream().allMatch(each -> each.contents().isEmpty())) {
            end(Reason.SUCCESS, "nothing is left of it");
        }
    }

    private Optional<CallTransport> find(Content.Key key) {
        return transports.stream().filter(each -> each.has(key)).findFirst();
    }

    private Content content(CallTransport transport, Content offered) {
        return CallAnswer.content(offered, answer.transport(transport.ours(), transport.generation()), transport::turned);
    }

    private List<Element> groups() {
        return !bundles ? List.of()
                : transports.stream().map(CallTransport::contents).filter(each -> !each.isEmpty())
                        .map(CallAnswer::group).toList();
    }

    private void accept() {
        List<Content> contents = transports.stream()
                .flatMap(transport -> transport.contents().stream().map(each -> content(transport, each)))
                .toList();
        leg.send(JingleAction.SESSION_ACCEPT, contents, groups(), this::heard);
        leg.move(Leg.State.ACTIVE);
        talking.start();
        transports.forEach(CallTransport::start);
    }

    /** Both may end it at the same time. */
    private static void farewell(JingleAction action, Reply reply) {
        if (action == JingleAction.SESSION_TERMINATE || action == JingleAction.SESSION_INFO) {
            reply.result();
        } else {
            JingleError.UNKNOWN_SESSION.answer(reply);
        }
    }

    /** What a client thinks of what it was told matters only if it is gone, has forgotten the session, or is silent. */
    private void heard(Iq told) {
        if (told == null) {
            end(Reason.TIMEOUT, "your client does not answer");
        } else if (told.type() == Iq.Type.ERROR && Reason.ofRefusal(told.payload()) == Reason.GONE) {
            leg.move(Leg.State.ENDED);
            end(Reason.GONE, "your client has forgotten the session, or is gone");
        }
    }

    @Override
    public void opened(CallTransport transport, boolean isThere) {
        opening--;
        if (ended) {
            releaseIfOver();
        } else if (!isThere) {
            end(Reason.BUSY, "the relay has no room for a call");
        } else if (opening == 0) {
            accept();
        }
    }

    @Override
    public void flows() {
        if (!flowing && !ended) {
            flowing = true;
            parts.events().carries(parts.session(), "ice", US);
        }
    }

    @Override
    public void restarted(CallTransport transport) {
        if (leg.isOpen()) {
            Element ours = answer.transport(transport.ours(), transport.generation());
            leg.send(JingleAction.TRANSPORT_INFO,
                    transport.contents().stream().map(each -> Content.of(each.key(), ours)).toList(), List.of(),
                    this::heard);
        }
    }

    @Override
    public void ended(CallTransport transport) {
        if (!ended && !transport.contents().isEmpty()) {
            String reason = transport.ended().reason();
            end(CallWording.reason(reason, !transport.profile().isEmpty()), CallWording.why(reason));
        }
        releaseIfOver();
    }
}

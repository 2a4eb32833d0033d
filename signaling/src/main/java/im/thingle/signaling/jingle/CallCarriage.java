// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.jingle.transport.IceTransport;
import im.thingle.signaling.port.MediaCall;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaEnd;
import im.thingle.signaling.port.MediaListener;
import im.thingle.signaling.port.MediaParty;
import im.thingle.signaling.port.MediaPort;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Carries a content of a call by ICE (XEP-0176), and those that both parties bundle with it (XEP-0338). ICE is ended on
 * each leg; what a transport says besides, fingerprints above all, is between the parties. Confined to its event loop.
 */
final class CallCarriage implements Carriage {
    private static final String RTP = "urn:xmpp:jingle:apps:rtp:1";

    private final MediaPort media;
    private final StreamParties parties;
    private final boolean needed;
    private final Output out;
    private final Map<Side, CallEnd> ends = new EnumMap<>(Side.class);
    private final List<Consumer<Boolean>> waiting = new ArrayList<>();
    private final Set<Content.Key> joined = new HashSet<>();
    private MediaCall call;
    private int components = 1;
    private boolean opening;
    private boolean bundled;
    private boolean started;
    private boolean connected;
    private boolean ending;
    private boolean over;

    /** @param needed whether there is no session without it */
    CallCarriage(MediaPort media, StreamParties parties, boolean needed, Output out) {
        this.needed = needed;
        this.media = media;
        this.parties = parties;
        this.out = out;
        for (Side side : Side.values()) {
            ends.put(side, new CallEnd());
        }
    }

    /** Whether there can be one for a content. */
    static boolean takes(Content content) {
        return IceTransport.takes(content.transport());
    }

    /** Whether a content that it takes can have one of its own. */
    static boolean saysWho(Content content) {
        return IceTransport.of(content.transport()).description() != null;
    }

    /**
     * The one that a content shares with others that are bundled already, as its credentials say (RFC 8843 §7.1.3), or
     * because it has none: COMPAT(Conversations, 2.12), which adds the picture to a call so.
     */
    static Optional<CallCarriage> of(Set<Carriage> carriages, Content content) {
        MediaDescription told = IceTransport.of(content.transport()).description();
        return carriages.stream()
                .filter(CallCarriage.class::isInstance)
                .map(CallCarriage.class::cast)
                .filter(each -> each.bundled && !each.ending
                        && (told == null || each.ends.values().stream().anyMatch(end -> end.is(told))))
                .findFirst();
    }

    @Override
    public void offered(Side by, Content content) {
        IceTransport transport = IceTransport.of(content.transport());
        if (call == null && !opening) {
            components = components(content, transport);
        }
        told(by, content, transport);
    }

    @Override
    public void prepare(Consumer<Boolean> whenReady) {
        if (call != null || ending) {
            whenReady.accept(call != null && !ending);
            return;
        }
        waiting.add(whenReady);
        if (!opening) {
            opening = true;
            media.open(parties, components, new Listener(), this::opened);
        }
    }

    @Override
    public Element local(Side to, Content.Key content) {
        return ends.get(to.other()).transport(content).with(ours(to), ends.get(to).generation());
    }

    @Override
    public boolean bundle(Content.Key content, Content.Key with, Carriage own) {
        if (ending || !(own instanceof CallCarriage)) {
            return false;
        }
        bundled = true;
        if (!content.equals(with)) {
            joined.add(content);
        }
        if (own != this) {
            ((CallCarriage) own).hand(content, this);
        }
        return true;
    }

    @Override
    public Optional<Element> accepted(Side by, Content content) {
        if (call == null) {
            return refused(Reason.GENERAL_ERROR, "this has been accepted before it was offered");
        }
        if (!IceTransport.takes(content.transport())) {
            return refused(Reason.UNSUPPORTED_TRANSPORTS, "this has been accepted with a transport that was not offered");
        }
        IceTransport transport = IceTransport.of(content.transport());
        MediaDescription told = transport.description();
        if (bundled && told == null || joined.contains(content.key()) && ends.get(by).isOther(told)) {
            ends.get(by).tells(content.key(), transport); // its ICE means nothing (RFC 8843 §7.1.3)
            ends.get(by).gaveUp(told);
        } else if (told == null) {
            return refused(Reason.FAILED_TRANSPORT, "this has been accepted without credentials of ICE");
        } else if (started && ends.get(by).isOther(told)) { // it cannot be taken out of the bundle (RFC 8843 §7.3.2)
            return refused(Reason.FAILED_TRANSPORT, "this is offered on the transport of others, and accepted on its own");
        } else {
            told(by, content, transport);
            if (components > 1 && hasMux(content)) {
                components = 1;
                call.reduce(1);
            }
        }
        return Optional.empty();
    }

    private static Optional<Element> refused(Reason reason, String why) {
        return Optional.of(reason.element(why, null));
    }

    @Override
    public void start(Side on) {
        if (!ending) {
            started = true;
            call.start(party(on));
        }
    }

    @Override
    public void info(Side from, Content content) {
        if (ending || !IceTransport.takes(content.transport())) {
            return;
        }
        CallEnd end = ends.get(from);
        IceTransport transport = IceTransport.of(content.transport());
        MediaDescription told = transport.description();
        boolean bundledAway = end.hasGivenUp(told);
        if (!bundledAway && call != null && told != null && (end.isOther(told) || !end.restarting().isEmpty())) {
            end.restarts(content.key());
        } else if (transport.tellsMore() && end.differs(content.key(), transport)) {
            tellTheOther(from, content.key(), transport);
        }
        if (!bundledAway) {
            describe(from, end.described(told, transport.candidates()));
        }
    }

    /** What is between the parties, in the middle of a call. */
    private void tellTheOther(Side from, Content.Key content, IceTransport transport) {
        CallEnd end = ends.get(from);
        end.tells(content, transport.over(end.transport(content)));
        if (call != null) {
            MediaDescription ours = ours(from.other());
            MediaDescription bare = new MediaDescription(ours.fragment(), ours.password(), List.of());
            Element beside = transport.with(bare, ends.get(from.other()).generation());
            out.transportInfo(from.other(), List.of(Content.of(content, beside)));
        }
    }

    @Override
    public boolean replace(Side by, Content content) {
        return false;
    }

    @Override
    public void replaced(Side by, Content content) {
        // nothing is ever proposed
    }

    @Override
    public void rejected(Side by) {
        // nothing is ever proposed
    }

    @Override
    public void removed(Content.Key content) {
        joined.remove(content);
        ends.values().forEach(end -> end.forget(content));
        if (ends.values().stream().allMatch(CallEnd::isEmpty)) {
            end(false);
        }
    }

    @Override
    public void linkLost() {
        if (!connected) {
            fail(Reason.CONNECTIVITY_ERROR, "the link to the XMPP server was lost");
        }
    }

    @Override
    public void end(boolean delivering) {
        end(MediaCall::end);
    }

    @Override
    public void onTick(long nowNanos) {
        // the relay has a clock of its own
    }

    private void end(Consumer<MediaCall> how) {
        if (ending) {
            return;
        }
        ending = true;
        if (call != null) {
            how.accept(call);
        } else if (!opening) {
            over(0);
        }
    }

    private void hand(Content.Key content, CallCarriage to) {
        for (Side side : Side.values()) {
            IceTransport told = ends.get(side).transport(content);
            if (told != null) {
                to.ends.get(side).tells(content, told);
            }
            to.ends.get(side).gaveUp(ends.get(side).everything());
            ends.get(side).forget(content);
        }
        if (ends.values().stream().allMatch(CallEnd::isEmpty)) {
            end(MediaCall::bundled);
        }
    }

    private void told(Side by, Content content, IceTransport transport) {
        CallEnd end = ends.get(by);
        end.tells(content.key(), transport);
        describe(by, end.described(transport.description(), transport.candidates()));
    }

    private void describe(Side by, MediaDescription theirs) {
        if (call != null && theirs != null) {
            call.theirs(party(by), theirs);
        }
    }

    private void opened(Optional<MediaCall> opened) {
        opening = false;
        opened.ifPresent(got -> call = got);
        if (ending) {
            opened.ifPresentOrElse(MediaCall::end, () -> over(0));
        } else if (call != null) {
            for (Side side : Side.values()) {
                describe(side, ends.get(side).everything());
            }
        } else {
            ending = true;
            over(0);
            if (needed) {
                out.failed(Reason.BUSY, "the relay has no room for a call");
            }
        }
        List<Consumer<Boolean>> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(each -> each.accept(call != null && !ending));
    }

    /** What a party is told of us; of the second component only as long as there is one. */
    private MediaDescription ours(Side to) {
        MediaDescription ours = ends.get(to).restarted() == null ? call.ours(party(to)) : ends.get(to).restarted();
        return new MediaDescription(ours.fragment(), ours.password(), ours.candidates().stream()
                .filter(candidate -> candidate.component() <= components)
                .toList());
    }

    private void fail(Reason reason, String why) {
        if (!ending) {
            end(false);
            out.failed(reason, why);
        }
    }

    private void over(long bytes) {
        if (!over) {
            over = true;
            out.over(bytes);
        }
    }

    /** What the relay tells. Confined to its event loop. */
    private final class Listener implements MediaListener {
        @Override
        public void connected() {
            if (!connected && !ending) {
                connected = true;
                out.carries("ice", "ice");
            }
        }

        @Override
        public void restarted(MediaParty party, MediaDescription ours) {
            Side to = party == MediaParty.INITIATOR ? Side.FIRST : Side.SECOND;
            if (!ending) {
                CallEnd end = ends.get(to);
                end.restarted(ours);
                List<Content> contents = new ArrayList<>();
                for (Content.Key key : end.restarting()) {
                    IceTransport others = ends.get(to.other()).transport(key);
                    if (others != null) { // else the content has not been accepted, and will be with what is ours now
                        contents.add(Content.of(key, end.settle(others).apply(ours(to), end.generation())));
                    }
                }
                end.restarting().clear();
                // in one action, as it is one answer (RFC 8843 §7.5): COMPAT(stanza, 12) takes the second for an error
                if (!contents.isEmpty()) {
                    out.transportInfo(to, contents);
                }
            }
        }

        @Override
        public void ended(MediaEnd end) {
            if (!ending) {
                ending = true;
                out.failed(connected ? Reason.CONNECTIVITY_ERROR : Reason.FAILED_TRANSPORT,
                        "the call ended: " + end.reason());
            }
            over(end.bytes());
        }
    }

    private static MediaParty party(Side side) {
        return side == Side.FIRST ? MediaParty.INITIATOR : MediaParty.RESPONDER;
    }

    /** RTCP has ports of its own unless the party can do without (XEP-0167 §5, rtcp-mux), or offers none. */
    private static int components(Content content, IceTransport transport) {
        boolean second = transport.candidates().stream().anyMatch(candidate -> candidate.component() == 2);
        boolean first = transport.candidates().stream().anyMatch(candidate -> candidate.component() == 1);
        return second || isRtp(content) && !first && !hasMux(content) ? 2 : 1;
    }

    private static boolean isRtp(Content content) {
        return content.description() != null && content.description().namespace().equals(RTP);
    }

    private static boolean hasMux(Content content) {
        return !isRtp(content) || content.description().child("rtcp-mux", RTP) != null;
    }
}

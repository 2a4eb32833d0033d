// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.jingle.transport.Socks5Transport;
import im.thingle.signaling.jingle.transport.StreamTransport;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.port.StreamMeter;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.StreamsPort;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Carries one streaming content, a file say. Each leg begins with a transport of the kind that was offered, or with
 * SOCKS5 where that is known to be understood, and falls back by itself: two sockets are joined in the relay, any other
 * pair is bridged here. Confined to its event loop.
 */
final class StreamCarriage implements Carriage {
    /** How long the delivery of what is under way may take when the session ends. */
    private static final Duration MOST_DELIVERY = Duration.ofMinutes(1);
    /** How long the relay may take to tell what became of a stream that it was told to cut. */
    private static final Duration MOST_CUTTING = Duration.ofSeconds(5);

    private final StreamsPort streams;
    private final InBandStreams inBand;
    private final Map<Side, Leg> legs;
    private final StreamParties parties;
    private final Supplier<String> sids;
    private final Output out;
    private final Map<Side, End> ends = new EnumMap<>(Side.class);
    private final Patience delivery = new Patience(MOST_DELIVERY);
    private final Patience cutting = new Patience(MOST_CUTTING);
    private Predicate<Side> connects = side -> false;
    private Content.Key content;
    private final List<MeteredBytes> metered = new ArrayList<>();
    private Bridge bridge;
    /** Null where there is a socket. */
    private StreamMeter meter;
    private boolean joining;
    private boolean joined;
    private boolean ending;
    private boolean stopped;
    private boolean over;
    private long carried;

    StreamCarriage(StreamsPort streams, InBandStreams inBand, Map<Side, Leg> legs, StreamParties parties,
            Supplier<String> sids, Output out) {
        this.streams = streams;
        this.inBand = inBand;
        this.legs = legs;
        this.parties = parties;
        this.sids = sids;
        this.out = out;
    }

    /** @param connects whether a party's client takes SOCKS5, though the other party may offer in-band bytes only */
    StreamCarriage preferring(Predicate<Side> connects) {
        this.connects = connects;
        return this;
    }

    /** One leg's transport. */
    private final class End implements LegStream.Output {
        private final Side side;
        private final LegStream stream;

        End(Side side) {
            this.side = side;
            stream = new LegStream(streams, inBand, legs.get(side).address(), sids, this);
        }

        @Override
        public void transportInfo(Element transport) {
            out.transportInfo(side, List.of(Content.of(content, transport)));
        }

        @Override
        public void replace(Element transport) {
            out.replace(side, content, transport);
        }

        @Override
        public void ask(Element payload, Consumer<Iq> whenAnswered) {
            out.ask(side, payload, whenAnswered);
        }

        @Override
        public void ready() {
            connect();
        }

        @Override
        public void failed(Reason reason, String why) {
            fail(reason, why);
        }
    }

    @Override
    public void offered(Side by, Content offer) {
        content = offer.key();
        for (Side side : Side.values()) {
            ends.put(side, new End(side));
        }
        ends.values().forEach(end -> end.stream.describedBy(offer.description()));
        stream(by).offered(offer.transport());
        // who offers in-band bytes may do so because the other party's client takes nothing else, unless that is known to
        stream(by.other()).offer(
                connects.test(by.other()) ? Socks5Transport.NAMESPACE : offer.transport().namespace());
    }

    @Override
    public void prepare(Consumer<Boolean> whenReady) {
        whenReady.accept(true);
    }

    @Override
    public Element local(Side to, Content.Key of) {
        return stream(to).local();
    }

    @Override
    public Optional<Element> accepted(Side by, Content answer) {
        stream(by).accepted(answer.transport());
        return Optional.empty();
    }

    @Override
    public void start(Side on) {
        stream(on).start();
    }

    @Override
    public boolean understands(Side from, Content info) {
        return stream(from).understands(info.transport());
    }

    @Override
    public void info(Side from, Content info) {
        stream(from).info(info.transport());
    }

    @Override
    public boolean replace(Side by, Content offer) {
        return !stopped && !isConnected() && stream(by).replace(offer.transport());
    }

    @Override
    public void replaced(Side by, Content answer) {
        stream(by).replaced(answer.transport());
    }

    @Override
    public void rejected(Side by) {
        stream(by).rejected();
    }

    @Override
    public void removed(Content.Key of) {
        end(false);
    }

    @Override
    public void linkLost() {
        if (!joined) {
            fail(Reason.CONNECTIVITY_ERROR, "the link to the XMPP server was lost");
        }
    }

    @Override
    public void end(boolean delivering) {
        if (stopped) {
            return;
        }
        ending = true;
        if (delivering && isConnected()) {
            delivery.start();
        } else {
            stop();
        }
    }

    @Override
    public void onTick(long now) {
        ends.values().forEach(end -> end.stream.onTick(now));
        if (bridge != null) {
            metered.forEach(MeteredBytes::onTick);
            bridge.onTick(now);
        }
        if (delivery.ends(now)) {
            stop();
        }
        if (cutting.ends(now)) {
            over();
        }
    }

    private LegStream stream(Side side) {
        return ends.get(side).stream;
    }

    private void connect() {
        if (stopped || isConnected() || !ends.values().stream().allMatch(end -> end.stream.isReady())) {
            return;
        }
        StreamTransport first = stream(Side.FIRST).transport();
        StreamTransport second = stream(Side.SECOND).transport();
        if (first instanceof Socks5Transport one && second instanceof Socks5Transport two) {
            joining = true;
            streams.join(one.sockets(), two.sockets(), parties, this::joined, this::ended);
        } else {
            bridge = new Bridge((bytes, why) -> {
                carried = bytes;
                finished(why);
            });
            boolean past = !(first instanceof Socks5Transport) && !(second instanceof Socks5Transport);
            meter = past ? streams.meter(parties) : null; // where there is a socket, it has limits
            attach(Side.FIRST);
            attach(Side.SECOND);
            out.carries(first.word(), second.word());
        }
    }

    private void attach(Side side) {
        if (meter != null) {
            MeteredBytes bytes = new MeteredBytes(bridge.listener(side), meter, "bytes-per-day");
            metered.add(bytes);
            stream(side).take(parties, bytes, taken -> bridge.attach(side, bytes.over(taken.orElseThrow())));
            return;
        }
        stream(side).take(parties, bridge.listener(side), taken -> taken.ifPresentOrElse(
                found -> bridge.attach(side, found),
                () -> bridge.cut("a client's socket is gone")));
    }

    private void joined(ActivationOutcome outcome) {
        joining = false;
        if (outcome == ActivationOutcome.ACTIVATED) {
            joined = true;
            out.carries("socks5", "socks5");
            if (stopped) {
                cutJoined();
            }
        } else if (stopped) {
            over();
        } else {
            fail(outcome == ActivationOutcome.LIMITED || outcome == ActivationOutcome.DRAINING
                    ? Reason.BUSY : Reason.CONNECTIVITY_ERROR, "the two sockets could not be joined: " + outcome);
        }
    }

    private void ended(StreamEnd end) {
        carried = end.bytes();
        joined = false;
        if (stopped) {
            over();
        } else {
            finished(end.completed() ? null : "the bytestream ended: " + end.reason());
        }
    }

    /** No more bytes: if all went well, the parties say so themselves. */
    private void finished(String why) {
        if (why != null && !ending) {
            fail(Reason.CONNECTIVITY_ERROR, why);
        } else {
            stop();
        }
    }

    private void fail(Reason reason, String why) {
        if (!stopped) {
            stop();
            out.failed(reason, why);
        }
    }

    private boolean isConnected() {
        return bridge != null || joining || joined;
    }

    private void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        delivery.stop();
        if (bridge != null) {
            bridge.cut("the session has ended");
        }
        ends.values().forEach(end -> end.stream.close());
        if (joined) {
            cutJoined();
        }
        if (joining || joined) {
            cutting.start();
        } else {
            over();
        }
    }

    private void over() {
        if (!over) {
            over = true;
            if (meter != null) {
                meter.close();
            }
            cutting.stop();
            out.over(carried);
        }
    }

    private void cutJoined() {
        if (stream(Side.FIRST).transport() instanceof Socks5Transport socks5) {
            streams.cut(socks5.sockets());
        }
    }
}

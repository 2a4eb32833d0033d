// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.jingle.transport.InBandTransport;
import im.thingle.signaling.jingle.transport.LegAddress;
import im.thingle.signaling.jingle.transport.Socks5Transport;
import im.thingle.signaling.jingle.transport.StreamTransport;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.StreamsPort;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The streaming transport of one content on one leg, whichever it is at the time: SOCKS5 if it can be, and in-band
 * bytes when that has failed (XEP-0260 §3). Whoever began the session on this leg proposes the other one. Confined to
 * its event loop.
 */
public final class LegStream {
    /** How long a client may take to connect, and to fall back. */
    private static final Duration MOST = Duration.ofMinutes(1);

    /** What it wants done. Confined to its event loop. */
    public interface Output {
        /** To be sent to the client in a transport-info action. */
        void transportInfo(Element transport);

        /** To be proposed to the client in a transport-replace action. */
        void replace(Element transport);

        /** Asks the client; {@code whenAnswered} gets its answer, or null if none came. */
        void ask(Element payload, Consumer<Iq> whenAnswered);

        /**
         * {@link #take} has bytes, or {@link #transport} a socket to be joined. Told again only after a replacement.
         */
        void ready();

        /** No transport will come to pass. */
        void failed(Reason reason, String why);
    }

    private final StreamsPort streams;
    private final InBandStreams inBand;
    private final LegAddress leg;
    private final Supplier<String> sids;
    private final Output out;
    private final Events events = new Events();
    private final Patience patience = new Patience(MOST);
    private StreamTransport transport;
    private boolean sidOfSession;
    private boolean started;
    private boolean ready;
    private boolean replacing;
    private boolean closed;

    /** @param sids makes the ids of transports that we offer */
    public LegStream(StreamsPort streams, InBandStreams inBand, LegAddress leg, Supplier<String> sids, Output out) {
        this.streams = streams;
        this.inBand = inBand;
        this.leg = leg;
        this.sids = sids;
        this.out = out;
    }

    /** Whether it can be a transport of this namespace. */
    public static boolean carries(String namespace) {
        return namespace.equals(Socks5Transport.NAMESPACE) || namespace.equals(InBandTransport.NAMESPACE);
    }

    /** Whether it can be a transport such as this one of a client's; null is none. */
    public static boolean takes(Element theirs) {
        return theirs != null
                && carries(theirs.namespace())
                && theirs.attribute("sid") != null
                && (theirs.namespace().equals(Socks5Transport.NAMESPACE) || InBandTransport.takes(theirs));
    }

    /**
     * Whether clients are known to mix up the ids of session and transport when they compute hashes for this content.
     */
    public void describedBy(Element description) {
        sidOfSession = description != null && description.namespace().equals(Jingle.FILES + "3");
    }

    /** Makes ours for an offer of ours; {@code namespace} is one of SOCKS5 or in-band bytestreams. */
    public void offer(String namespace) {
        use(() -> namespace.equals(Socks5Transport.NAMESPACE)
                ? new Socks5Transport(streams, leg, sids.get(), null, sidOfSession, events)
                : new InBandTransport(leg, sids.get(), InBandTransport.BLOCK_BYTES, events));
    }

    /** Takes theirs, which it {@link #takes}, from an offer of theirs. */
    public void offered(Element theirs) {
        String sid = theirs.attribute("sid");
        use(() -> theirs.namespace().equals(Socks5Transport.NAMESPACE)
                ? new Socks5Transport(streams, leg, sid, theirs, sidOfSession, events)
                : new InBandTransport(leg, sid, InBandTransport.blockBytes(theirs), events));
        transport.remote(theirs);
    }

    /** Our {@code <transport/>}. */
    public Element local() {
        return transport.local();
    }

    /** Takes theirs, from an answer to ours; it may be null. */
    public void accepted(Element theirs) {
        if (takes(theirs) && theirs.namespace().equals(transport.namespace())) {
            transport.remote(theirs);
        } else {
            out.failed(Reason.UNSUPPORTED_TRANSPORTS, "a party accepted with a transport that was not offered");
        }
    }

    /** Both sides have agreed to it. */
    public void start() {
        if (closed || started) {
            return;
        }
        started = true;
        if (ready) {
            transport.start();
            out.ready();
        } else {
            patience.start();
            transport.start();
        }
    }

    /** Whether a transport-info action of theirs makes sense; it may be null. */
    public boolean understands(Element theirs) {
        return closed || theirs == null || !theirs.namespace().equals(transport.namespace())
                || transport.understands(theirs);
    }

    /** Takes theirs from a transport-info action; it may be null. */
    public void info(Element theirs) {
        if (theirs != null && !closed && theirs.namespace().equals(transport.namespace())) {
            transport.info(theirs);
        }
    }

    /** Takes theirs from a transport-replace action; false if it cannot be, or {@link #local} has the answer to it. */
    public boolean replace(Element theirs) {
        boolean possible = !closed && takes(theirs);
        if (possible) {
            offered(theirs);
        }
        return possible;
    }

    /** Takes theirs from a transport-accept action. */
    public void replaced(Element theirs) {
        if (replacing) {
            replacing = false;
            accepted(theirs);
            start();
        }
    }

    /** A transport-reject action. */
    public void rejected() {
        if (replacing) {
            out.failed(Reason.FAILED_TRANSPORT, "a party would not fall back to in-band bytes");
        }
    }

    /** Whether one of ours has been proposed and not answered. */
    public boolean isReplacing() {
        return replacing;
    }

    /** Whether it can carry, and may. */
    public boolean isReady() {
        return ready && started;
    }

    public StreamTransport transport() {
        return transport;
    }

    /**
     * Takes the bytes, once it is ready.
     *
     * @param whenDone gets the stream; empty if there is none any more, or a limit stands in the way
     */
    public void take(StreamParties parties, ByteStreamListener listener, Consumer<Optional<ByteStream>> whenDone) {
        switch (transport) {
            case InBandTransport there -> {
                there.stream().listener(listener);
                whenDone.accept(Optional.of(there.stream()));
            }
            case Socks5Transport there -> streams.bridge(there.sockets(), parties, listener, whenDone);
        }
    }

    public void onTick(long now) {
        if (patience.ends(now)) {
            out.failed(Reason.FAILED_TRANSPORT, "no transport came to pass in time");
        }
    }

    /** It is not needed any more, or never will be. A socket that was taken stays, a stream of in-band bytes ends. */
    public void close() {
        closed = true;
        drop();
    }

    private void drop() {
        patience.stop();
        if (transport != null) {
            transport.close();
            inBand.forget(transport);
        }
    }

    /** The one before goes first: both may have hashes in common. */
    private void use(Supplier<StreamTransport> next) {
        drop();
        started = false;
        ready = false;
        replacing = false;
        transport = next.get();
        inBand.serve(leg, transport);
    }

    /** What the transport of the time tells. Confined to its event loop. */
    private final class Events implements StreamTransport.Output {
        @Override
        public void transportInfo(Element info) {
            out.transportInfo(info);
        }

        @Override
        public void ask(Element payload, Consumer<Iq> whenAnswered) {
            out.ask(payload, whenAnswered);
        }

        @Override
        public void ready() {
            ready = true;
            patience.stop();
            if (started) {
                out.ready();
            }
        }

        @Override
        public void failed(String why) {
            if (transport.namespace().equals(InBandTransport.NAMESPACE)) {
                out.failed(Reason.FAILED_TRANSPORT, why);
                return;
            }
            if (leg.initiates()) {
                offer(InBandTransport.NAMESPACE);
                replacing = true;
                out.replace(transport.local());
            }
            // else the client began the session: it is for the client to replace the transport, or to give up
            patience.start();
        }
    }
}

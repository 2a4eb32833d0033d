// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import im.thingle.signaling.xml.ElementWriter;
import im.thingle.signaling.xml.Malformed;
import im.thingle.signaling.xml.ParserLimits;
import im.thingle.signaling.xml.StreamCondition;
import im.thingle.signaling.xml.StreamEvents;
import im.thingle.signaling.xml.StreamParser;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * One component stream, from its header to its end, as a pure machine (XEP-0114 §3). A silent server is asked for a
 * sign of life: a ping (XEP-0199) to the component's own JID, which only a working server can bring back. Confined to
 * its event loop.
 */
final class ComponentStream {
    static final long SETUP_NANOS = TimeUnit.SECONDS.toNanos(30);
    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);
    static final long PING_NANOS = TimeUnit.SECONDS.toNanos(30);
    static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Element PING = Element.of("ping", "urn:xmpp:ping").build();

    private enum State { OPENING, HANDSHAKING, UP, CLOSING, ENDED }

    private final String jid;
    private final String secret;
    private final StreamAdvice advice;
    private final PendingIqs pending;
    private final StreamOutput out;
    private final StreamParser parser = new StreamParser(ParserLimits.DEFAULT, new Reader());
    private State state = State.OPENING;
    private boolean pinging;
    private long deadlineNanos;
    private boolean sentOpen;

    ComponentStream(ComponentSettings settings, PendingIqs pending, StreamOutput out) {
        jid = settings.jid();
        secret = settings.secret();
        advice = new StreamAdvice(settings);
        this.pending = pending;
        this.out = out;
    }

    /** The connection stands, TLS included. */
    void onConnected(long nowNanos) {
        deadlineNanos = nowNanos + SETUP_NANOS;
        sentOpen = true;
        out.sendOpen(jid);
    }

    /** Reads all of {@code in}; any byte is a sign of life. */
    void onBytes(ByteBuf in, long nowNanos) {
        if (state == State.UP) {
            alive(nowNanos);
        }
        State before = state;
        parser.feed(in);
        if (before != State.UP && state == State.UP) {
            alive(nowNanos);
        }
    }

    /** The server hung up. */
    void onDisconnected() {
        switch (state) {
            case OPENING -> end("the server closed the connection before its stream header",
                    advice.notTheComponentPort());
            case HANDSHAKING -> end("the server closed the connection instead of accepting the handshake",
                    advice.wrongSecret());
            case UP -> end("the server closed the connection", "");
            case CLOSING -> end("closed", "");
            case ENDED -> { }
        }
    }

    /** The connection failed below XML. */
    void onBroken(String reason, String advice) {
        end(reason, advice);
    }

    /** Ends the stream in order (RFC 6120 §4.4). */
    void close(long nowNanos) {
        if (!sentOpen) {
            end("closed", "");
        } else if (state != State.ENDED && state != State.CLOSING) {
            state = State.CLOSING;
            deadlineNanos = nowNanos + CLOSE_NANOS;
            out.sendClose();
        }
    }

    void onDeadline(long nowNanos) {
        if (nowNanos - deadlineNanos < 0) {
            return;
        }
        switch (state) {
            case OPENING, HANDSHAKING -> fail(StreamCondition.CONNECTION_TIMEOUT,
                    "the server did not finish the handshake within 30 seconds", advice.notTheComponentPort());
            case UP -> {
                if (pinging) {
                    pending.onDeadline(nowNanos);
                } else {
                    ping(nowNanos);
                }
            }
            case CLOSING -> end("closed", "");
            case ENDED -> { }
        }
    }

    /** When to call {@link #onDeadline} next; it may move later at any time. */
    long nextDeadlineNanos() {
        return deadlineNanos;
    }

    boolean isUp() {
        return state == State.UP;
    }

    boolean hasEnded() {
        return state == State.ENDED;
    }

    private void alive(long nowNanos) {
        pinging = false;
        deadlineNanos = nowNanos + IDLE_NANOS;
    }

    private void ping(long nowNanos) {
        pinging = true;
        deadlineNanos = nowNanos + PING_NANOS;
        String id = pending.expect(jid, jid, deadlineNanos, this::onPong);
        out.send(Iq.request(Iq.Type.GET, id, jid, jid, PING));
    }

    private void onPong(Iq answer) {
        if (answer == null && pinging) {
            fail(StreamCondition.CONNECTION_TIMEOUT, "the server has been silent for 90 seconds", "");
        }
    }

    private void fail(StreamCondition condition, String reason, String advice) {
        if (state == State.ENDED) {
            return;
        }
        out.send(Element.of("error", ElementWriter.STREAMS)
                .child(Element.of(condition.elementName(), StreamCondition.NAMESPACE))
                .child(Element.of("text", StreamCondition.NAMESPACE).text(reason))
                .build());
        out.sendClose();
        end(reason, advice);
    }

    private void end(String reason, String advice) {
        if (state != State.ENDED) {
            state = State.ENDED;
            out.ended(reason, advice);
            pending.onLinkLost();
        }
    }

    /**
     * COMPAT(Prosody, ejabberd, Openfire; all): XEP-0114 wants the five XML characters of the secret escaped before it
     * is hashed; no server does so.
     */
    static String handshake(String streamId, String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((streamId + secret).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private final class Reader implements StreamEvents {
        @Override
        public void onStreamOpen(Element header) {
            if (state != State.OPENING) {
                return;
            }
            if (!header.is("stream", ElementWriter.STREAMS)) {
                fail(StreamCondition.INVALID_NAMESPACE, "the server does not speak XMPP", advice.notTheComponentPort());
                return;
            }
            // An error in our header is answered with a header too, which then need not have an id.
            String id = header.attribute("id");
            state = State.HANDSHAKING;
            if (id != null) {
                out.send(Element.of("handshake", Iq.NAMESPACE).text(handshake(id, secret)).build());
            }
        }

        @Override
        public void onStanza(Element stanza) {
            if (state == State.ENDED) {
                return;
            }
            if (stanza.is("error", ElementWriter.STREAMS)) {
                streamError(stanza);
            } else if (state == State.UP) {
                out.stanza(stanza);
            } else if (state == State.HANDSHAKING && stanza.is("handshake", Iq.NAMESPACE)) {
                state = State.UP;
                out.up();
            }
        }

        @Override
        public void onRefused(Element start, String why) {
            if (state == State.UP) {
                out.refused(start, why);
            }
        }

        @Override
        public void onStreamClose() {
            if (state == State.UP) {
                out.sendClose();
                end("the server closed the stream", "");
            } else {
                onDisconnected();
            }
        }

        @Override
        public void onMalformed(Malformed why) {
            fail(why.condition(), why.reason(), state == State.OPENING ? advice.notTheComponentPort() : "");
        }

        private void streamError(Element error) {
            String condition = "undefined-condition";
            String text = "";
            for (Element child : error.children()) {
                if (child.is("text", StreamCondition.NAMESPACE)) {
                    text = child.text();
                } else if (child.namespace().equals(StreamCondition.NAMESPACE)) {
                    condition = child.name();
                }
            }
            out.sendClose();
            end("the server says " + condition + (text.isEmpty() ? "" : ": " + text), advice.onStreamError(condition));
        }
    }
}

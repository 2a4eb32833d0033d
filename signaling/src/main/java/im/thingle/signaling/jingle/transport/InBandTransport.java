// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle.transport;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;

/**
 * Jingle in-band bytestreams (XEP-0261, XEP-0047), one leg of them: whoever began the session opens the bytestream.
 * Confined to its event loop.
 */
public final class InBandTransport implements StreamTransport {
    public static final String NAMESPACE = "urn:xmpp:jingle:transports:ibb:1";
    /** XEP-0047. */
    public static final String STANZAS = "http://jabber.org/protocol/ibb";

    /** What servers let pass in any case and all clients take. */
    public static final int BLOCK_BYTES = 8192;

    /** Less would be more stanzas than bytes are worth. */
    private static final int SMALLEST_BLOCK_BYTES = 256;

    private final LegAddress leg;
    private final String sid;
    private final Output out;
    private final InBandStream stream;
    private int blockBytes;
    private boolean started;
    private boolean open;
    private boolean closed;

    public InBandTransport(LegAddress leg, String sid, int blockBytes, Output out) {
        this.leg = leg;
        this.sid = sid;
        this.blockBytes = blockBytes;
        this.out = out;
        stream = new InBandStream(sid, out::ask);
    }

    /** Whether the blocks of their transport are large enough for us; COMPAT(old clients): some tell no size. */
    public static boolean takes(Element transport) {
        return transport.attribute("block-size") == null
                || number(transport.attribute("block-size")) >= SMALLEST_BLOCK_BYTES;
    }

    /** The block size of their transport, which we {@link #takes take}, or the largest of ours. */
    public static int blockBytes(Element transport) {
        int wanted = number(transport.attribute("block-size"));
        return wanted < 0 ? BLOCK_BYTES : Math.min(wanted, BLOCK_BYTES);
    }

    /** The bytes, once this transport is ready. */
    public InBandStream stream() {
        return stream;
    }

    public String sid() {
        return sid;
    }

    @Override
    public String namespace() {
        return NAMESPACE;
    }

    @Override
    public String word() {
        return "in-band";
    }

    @Override
    public Element local() {
        return Element.of("transport", NAMESPACE)
                .attribute("block-size", Integer.toString(blockBytes))
                .attribute("sid", sid)
                .build();
    }

    @Override
    public void remote(Element transport) {
        blockBytes = Math.min(blockBytes, blockBytes(transport));
    }

    @Override
    public void start() {
        if (started) {
            return;
        }
        started = true;
        if (leg.initiates()) {
            sendOpen();
        }
    }

    /** There is none in XEP-0261. */
    @Override
    public void info(Element transport) {}

    @Override
    public void close() {
        closed = true;
        stream.cut();
    }

    /** Takes an open, data or close element of this bytestream. */
    public void onIq(Iq iq, Reply reply) {
        if (closed) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "This bytestream is over.");
            return;
        }
        switch (iq.payload().name()) {
            case "open" -> onOpen(iq.payload(), reply);
            case "data" -> stream.onData(iq.payload(), reply);
            case "close" -> stream.onClose(reply);
            default -> reply.error(StanzaError.BAD_REQUEST, "A bytestream knows open, data and close.");
        }
    }

    private void onOpen(Element request, Reply reply) {
        int wanted = number(request.attribute("block-size"));
        if (open || !started || leg.initiates()) {
            reply.error(StanzaError.NOT_ACCEPTABLE, "This bytestream is open, not agreed to, or for us to open.");
        } else if ("message".equals(request.attribute("stanza"))) {
            reply.error(StanzaError.FEATURE_NOT_IMPLEMENTED, "Bytes are taken in IQ stanzas only.");
        } else if (wanted < 1) {
            reply.error(StanzaError.BAD_REQUEST, "The block-size is missing or not a number.");
        } else if (wanted > blockBytes) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "Blocks may have " + blockBytes + " bytes at most.");
        } else if (wanted < SMALLEST_BLOCK_BYTES) {
            reply.error(StanzaError.NOT_ACCEPTABLE,
                    "Blocks of less than " + SMALLEST_BLOCK_BYTES + " bytes are not taken.");
        } else {
            reply.result();
            opened(wanted);
        }
    }

    private void sendOpen() {
        Element request = Element.of("open", STANZAS)
                .attribute("block-size", Integer.toString(blockBytes))
                .attribute("sid", sid)
                .attribute("stanza", "iq")
                .build();
        out.ask(request, answer -> {
            if (closed) {
                return;
            }
            if (answer != null && answer.type() == Iq.Type.RESULT) {
                opened(blockBytes);
            } else if (InBandStream.refuses(answer, StanzaError.RESOURCE_CONSTRAINT)
                    && blockBytes > SMALLEST_BLOCK_BYTES) {
                blockBytes = Math.max(SMALLEST_BLOCK_BYTES, blockBytes / 2);
                sendOpen();
            } else {
                closed = true;
                out.failed("the client did not open the in-band bytestream");
            }
        });
    }

    private void opened(int agreed) {
        open = true;
        stream.open(agreed);
        out.ready();
    }

    private static int number(String text) {
        try {
            return text == null ? -1 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}

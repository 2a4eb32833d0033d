// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Turns the bytes of one XML stream, cut anywhere, into its header, stanzas and end (RFC 6120 §4 and §11). A stanza
 * beyond the limits is dropped and reported, and the next one read. Other bad input is reported once as a
 * {@link Malformed} and ends the parser; it never throws.
 *
 * <p>Complete stanzas are collected first and then parsed in one go. Aalto's asynchronous scanner could start earlier,
 * but 1.4.0 fails on a character reference at the start of a text, drops a four-byte character from an attribute that
 * is cut in two, and cannot bound a tag. Confined to its event loop.
 */
public final class StreamParser {
    private static final int USUAL_BYTES = 4096;

    private final ParserLimits limits;
    private final StreamEvents events;
    private final StanzaFramer framer;
    private final StanzaReader reader;
    private byte[] bytes = new byte[USUAL_BYTES];
    private int length;
    private boolean ended;

    public StreamParser(ParserLimits limits, StreamEvents events) {
        this.limits = limits;
        this.events = events;
        framer = new StanzaFramer(limits);
        reader = new StanzaReader(limits);
    }

    /** Reads all of {@code in} and reports what it completes; after the end of the stream it only swallows. */
    public void feed(ByteBuf in) {
        while (!ended && in.isReadable()) {
            feed(in.readByte());
        }
        in.skipBytes(in.readableBytes());
    }

    private void feed(byte b) {
        StanzaFramer.Frame frame = framer.next(b);
        if (frame == StanzaFramer.Frame.BLANK) {
            length = 0;
            return;
        }
        if (frame == StanzaFramer.Frame.SWALLOWED) {
            return;
        }
        if (frame == StanzaFramer.Frame.REFUSED) {
            refuse(framer.refusal());
            return;
        }
        append(b);
        switch (frame) {
            case NOTHING, BLANK, SWALLOWED, REFUSED -> { }
            case HEADER, EMPTY_HEADER -> {
                openStream();
                if (frame == StanzaFramer.Frame.EMPTY_HEADER && !ended) {
                    closeStream();
                }
            }
            case STANZA -> stanza();
            case STREAM_END -> closeStream();
            case MALFORMED -> fail(framer.malformed());
        }
    }

    private void append(byte b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(2 * length, limits.stanzaBytes() + 1));
        }
        bytes[length++] = b;
    }

    private void openStream() {
        Element header = reader.readHeader(bytes, length);
        release();
        if (header == null) {
            fail(reader.malformed());
        } else {
            events.onStreamOpen(header);
        }
    }

    private void stanza() {
        Element stanza = reader.readStanza(bytes, length);
        if (stanza != null) {
            release();
            events.onStanza(stanza);
        } else if (reader.malformed().condition() == StreamCondition.NOT_WELL_FORMED) {
            fail(reader.malformed());
        } else {
            refuse(reader.malformed().reason());
        }
    }

    private void refuse(String why) {
        int tagLength = framer.startTagBytes();
        Element start = tagLength == 0 ? null : reader.readStart(bytes, tagLength);
        release();
        if (tagLength > 0 && start == null) {
            fail(reader.malformed());
        } else {
            events.onRefused(start, why);
        }
    }

    private void closeStream() {
        boolean matches = length == 0 || reader.closesStream(bytes, length);
        release();
        if (matches) {
            ended = true;
            events.onStreamClose();
        } else {
            fail(new Malformed(StreamCondition.NOT_WELL_FORMED, "an end tag that closes nothing"));
        }
    }

    private void fail(Malformed why) {
        ended = true;
        release();
        events.onMalformed(why);
    }

    /** Makes room for the next stanza; the memory of a huge one is not kept for the small ones that follow. */
    private void release() {
        length = 0;
        if (bytes.length > 16 * USUAL_BYTES) {
            bytes = new byte[USUAL_BYTES];
        }
    }
}

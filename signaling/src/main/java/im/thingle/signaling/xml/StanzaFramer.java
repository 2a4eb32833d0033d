// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import static im.thingle.signaling.xml.StreamCondition.NOT_WELL_FORMED;
import static im.thingle.signaling.xml.StreamCondition.POLICY_VIOLATION;
import static im.thingle.signaling.xml.StreamCondition.RESTRICTED_XML;

/**
 * Finds where tags and stanzas end, one byte at a time, and enforces every limit that can be seen without understanding
 * XML; so no parser ever meets an endless token, a DTD, a comment or a processing instruction (RFC 6120 §11.1). It accepts
 * more than XML does: whatever it lets pass is parsed properly afterwards. Confined to its event loop.
 */
final class StanzaFramer {
    /** What a byte completed. */
    enum Frame { NOTHING, BLANK, HEADER, EMPTY_HEADER, STANZA, STREAM_END, MALFORMED }

    private enum State { TEXT, LT, START_TAG, QUOTED, END_TAG, MARKUP, CDATA, DECLARATION }

    private static final String CDATA_START = "[CDATA[";
    private static final String DECLARATION_START = "<?xml ";
    private static final int DECLARATION_BYTES = 256;

    private final ParserLimits limits;
    private State state = State.TEXT;
    private int depth;
    private int attributes;
    private int matched;
    private byte quote;
    private byte last;
    private boolean prologue = true;
    private int bytes;
    private Malformed malformed;

    StanzaFramer(ParserLimits limits) {
        this.limits = limits;
    }

    /** Takes the next byte; after {@link Frame#MALFORMED} see {@link #malformed}. */
    Frame next(byte b) {
        if (state == State.TEXT && depth <= 1 && isBlank(b)) {
            return Frame.BLANK;
        }
        if (++bytes > limits.stanzaBytes()) {
            return fail(POLICY_VIOLATION, "a stanza is longer than " + limits.stanzaBytes() + " bytes");
        }
        Frame frame = switch (state) {
            case TEXT -> text(b);
            case LT -> afterLessThan(b);
            case START_TAG -> startTag(b);
            case QUOTED -> quoted(b);
            case END_TAG -> b == '>' ? close() : Frame.NOTHING;
            case MARKUP -> markup(b);
            case CDATA -> cdata(b);
            case DECLARATION -> declaration(b);
        };
        last = b;
        if (frame != Frame.NOTHING) {
            bytes = 0;
        }
        return frame;
    }

    Malformed malformed() {
        return malformed;
    }

    private Frame text(byte b) {
        if (b == '<') {
            state = State.LT;
        } else if (depth <= 1) {
            return depth == 0
                    ? fail(NOT_WELL_FORMED, "the peer does not speak XML")
                    : fail(StreamCondition.BAD_FORMAT, "text between stanzas");
        }
        return Frame.NOTHING;
    }

    private Frame afterLessThan(byte b) {
        switch (b) {
            case '!' -> {
                if (depth < 2) {
                    return fail(RESTRICTED_XML, "a comment or a document type declaration");
                }
                state = State.MARKUP;
                matched = 0;
            }
            case '?' -> {
                if (depth > 0 || !prologue) {
                    return fail(RESTRICTED_XML, "a processing instruction");
                }
                state = State.DECLARATION;
            }
            case '/' -> {
                if (depth == 0) {
                    return fail(NOT_WELL_FORMED, "an end tag before the stream header");
                }
                state = State.END_TAG;
            }
            default -> {
                if (depth > limits.depth()) {
                    return fail(POLICY_VIOLATION, "elements are nested deeper than " + limits.depth());
                }
                state = State.START_TAG;
                attributes = 0;
                return startTag(b);
            }
        }
        prologue = false;
        return Frame.NOTHING;
    }

    private Frame startTag(byte b) {
        prologue = false;
        if (b == '"' || b == '\'') {
            if (++attributes > limits.attributes()) {
                return fail(POLICY_VIOLATION, "an element has more than " + limits.attributes() + " attributes");
            }
            quote = b;
            state = State.QUOTED;
        } else if (b == '<') {
            return fail(NOT_WELL_FORMED, "'<' inside a tag");
        } else if (b == '>') {
            depth++;
            if (last == '/') {
                return depth == 1 ? Frame.EMPTY_HEADER : close();
            }
            state = State.TEXT;
            return depth == 1 ? Frame.HEADER : Frame.NOTHING;
        }
        return Frame.NOTHING;
    }

    private Frame quoted(byte b) {
        if (b == quote) {
            state = State.START_TAG;
        }
        return Frame.NOTHING;
    }

    private Frame close() {
        state = State.TEXT;
        return switch (--depth) {
            case 0 -> Frame.STREAM_END;
            case 1 -> Frame.STANZA;
            default -> Frame.NOTHING;
        };
    }

    private Frame markup(byte b) {
        if (b != CDATA_START.charAt(matched)) {
            return fail(RESTRICTED_XML, "a comment or a declaration");
        }
        if (++matched == CDATA_START.length()) {
            state = State.CDATA;
            matched = 0;
        }
        return Frame.NOTHING;
    }

    private Frame cdata(byte b) {
        if (b == '>' && matched >= 2) {
            state = State.TEXT;
        } else {
            matched = b == ']' ? matched + 1 : 0;
        }
        return Frame.NOTHING;
    }

    private Frame declaration(byte b) {
        if (bytes > DECLARATION_BYTES) {
            return fail(RESTRICTED_XML, "an endless XML declaration");
        }
        if (bytes <= DECLARATION_START.length() && b != DECLARATION_START.charAt(bytes - 1)) {
            return fail(RESTRICTED_XML, "a processing instruction");
        }
        if (b == '>' && last == '?') {
            state = State.TEXT;
            return Frame.BLANK;
        }
        return Frame.NOTHING;
    }

    private Frame fail(StreamCondition condition, String reason) {
        malformed = new Malformed(condition, reason);
        return Frame.MALFORMED;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}

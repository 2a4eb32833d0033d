// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import static im.thingle.signaling.xml.StreamCondition.NOT_WELL_FORMED;
import static im.thingle.signaling.xml.StreamCondition.POLICY_VIOLATION;
import static im.thingle.signaling.xml.StreamCondition.RESTRICTED_XML;

/**
 * Finds where tags and stanzas end, one byte at a time, and enforces every limit that can be seen without understanding
 * XML; so no parser ever meets an endless token, a DTD, a comment or a processing instruction (RFC 6120 §11.1). It
 * accepts more than XML does: whatever it lets pass is parsed properly afterwards.
 *
 * <p>A stanza that breaks a rule is followed to its end and refused: it may be a stranger's, whom the server only
 * passed on, and must not cost everybody else the stream. Confined to its event loop.
 */
final class StanzaFramer {
    /** What a byte completed. */
    enum Frame { NOTHING, BLANK, HEADER, EMPTY_HEADER, STANZA, SWALLOWED, REFUSED, STREAM_END, MALFORMED }

    private enum State { TEXT, LT, START_TAG, QUOTED, END_TAG, MARKUP, SECTION, DECLARATION }

    /** How far a refused stanza is followed to its end. */
    static final int SWALLOWED_BYTES = 16 * 1024 * 1024;

    private static final String CDATA_START = "[CDATA[";
    private static final String COMMENT_START = "--";
    private static final String DECLARATION_START = "<?xml ";
    private static final int DECLARATION_BYTES = 256;

    private final ParserLimits limits;
    private State state = State.TEXT;
    private int depth;
    private int attributes;
    private String opening;
    private int matched;
    private byte closing;
    private int closings;
    private byte quote;
    private byte last;
    private boolean prologue = true;
    private int bytes;
    private int startTagBytes;
    private String refusal;
    private Malformed malformed;

    StanzaFramer(ParserLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes the next byte; after {@link Frame#MALFORMED} see {@link #malformed}, after {@link Frame#REFUSED}
     * {@link #refusal}.
     */
    Frame next(byte b) {
        if (state == State.TEXT && depth <= 1 && isBlank(b)) {
            return Frame.BLANK;
        }
        if (++bytes > limits.stanzaBytes()) {
            if (depth == 0 || depth == 1 && state == State.END_TAG) {
                return fail(POLICY_VIOLATION, "a tag is longer than " + limits.stanzaBytes() + " bytes");
            }
            if (bytes > SWALLOWED_BYTES) {
                return fail(POLICY_VIOLATION, "a stanza is longer than " + SWALLOWED_BYTES + " bytes");
            }
            refuse("a stanza is longer than " + limits.stanzaBytes() + " bytes");
        }
        Frame frame = switch (state) {
            case TEXT -> text(b);
            case LT -> afterLessThan(b);
            case START_TAG -> startTag(b);
            case QUOTED -> quoted(b);
            case END_TAG -> b == '>' ? close() : Frame.NOTHING;
            case MARKUP -> markup(b);
            case SECTION -> section(b);
            case DECLARATION -> declaration(b);
        };
        last = b;
        if (frame == Frame.NOTHING) {
            return refusal == null ? Frame.NOTHING : Frame.SWALLOWED;
        }
        bytes = 0;
        return frame == Frame.STANZA && refusal != null ? Frame.REFUSED : frame;
    }

    Malformed malformed() {
        return malformed;
    }

    /** Which rule the stanza that has just ended broke first. */
    String refusal() {
        return refusal;
    }

    /** Length of the start tag of the stanza that has just ended; 0 if that itself broke a rule. */
    int startTagBytes() {
        return startTagBytes;
    }

    private Frame text(byte b) {
        if (b == '<') {
            state = State.LT;
            if (depth <= 1) {
                refusal = null;
                startTagBytes = 0;
            }
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
                if (depth > 1) {
                    refuse("a processing instruction");
                    openSection('?', 1);
                } else if (depth == 1 || !prologue) {
                    return fail(RESTRICTED_XML, "a processing instruction");
                } else {
                    state = State.DECLARATION;
                }
            }
            case '/' -> {
                if (depth == 0) {
                    return fail(NOT_WELL_FORMED, "an end tag before the stream header");
                }
                state = State.END_TAG;
            }
            default -> {
                if (depth > limits.depth()) {
                    refuse("elements are nested deeper than " + limits.depth());
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
                if (depth == 0) {
                    return fail(POLICY_VIOLATION,
                            "the stream header has more than " + limits.attributes() + " attributes");
                }
                refuse("an element has more than " + limits.attributes() + " attributes");
            }
            quote = b;
            state = State.QUOTED;
        } else if (b == '<') {
            return fail(NOT_WELL_FORMED, "'<' inside a tag");
        } else if (b == '>') {
            depth++;
            if (depth == 2 && refusal == null) {
                startTagBytes = bytes;
            }
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
        if (matched == 0) {
            opening = b == '-' ? COMMENT_START : CDATA_START;
        }
        if (b != opening.charAt(matched)) {
            return fail(RESTRICTED_XML, "a declaration inside a stanza");
        }
        if (++matched < opening.length()) {
            return Frame.NOTHING;
        }
        if (opening.equals(COMMENT_START)) {
            refuse("a comment");
            openSection('-', 2);
        } else {
            openSection(']', 2);
        }
        return Frame.NOTHING;
    }

    /** What follows has no tags in it, up to {@code closings} times {@code closing} and '>'. */
    private void openSection(char closing, int closings) {
        state = State.SECTION;
        matched = 0;
        this.closing = (byte) closing;
        this.closings = closings;
    }

    private Frame section(byte b) {
        if (b == '>' && matched >= closings) {
            state = State.TEXT;
        } else {
            matched = b == closing ? matched + 1 : 0;
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

    private void refuse(String reason) {
        if (refusal == null) {
            refusal = reason;
        }
    }

    private Frame fail(StreamCondition condition, String reason) {
        malformed = new Malformed(condition, reason);
        return Frame.MALFORMED;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}

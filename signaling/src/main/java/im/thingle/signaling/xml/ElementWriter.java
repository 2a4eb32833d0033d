// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Writes elements as UTF-8 straight into a buffer, each namespace declared where it changes (RFC 6120 §4.8). Characters
 * that XML cannot carry become U+FFFD. Immutable.
 */
public final class ElementWriter {
    /** Namespace of the stream's own elements, always bound to the prefix {@code stream}. */
    public static final String STREAMS = "http://etherx.jabber.org/streams";

    private ElementWriter() {}

    /** Writes a stream header whose default namespace is the given content namespace (RFC 6120 §4.7). */
    public static void writeStreamOpen(String contentNamespace, String to, ByteBuf out) {
        ascii(out, "<?xml version='1.0'?><stream:stream xmlns='");
        escape(out, contentNamespace, true);
        ascii(out, "' xmlns:stream='" + STREAMS + "' to='");
        escape(out, to, true);
        ascii(out, "'>");
    }

    public static void writeStreamClose(ByteBuf out) {
        ascii(out, "</stream:stream>");
    }

    /**
     * Writes one element.
     *
     * @param inherited default namespace in force where the element is written
     */
    public static void write(Element element, String inherited, ByteBuf out) {
        boolean prefixed = element.namespace().equals(STREAMS);
        String own = prefixed ? inherited : element.namespace();
        out.writeByte('<');
        writeName(element, prefixed, out);
        if (!own.equals(inherited)) {
            ascii(out, " xmlns='");
            escape(out, own, true);
            out.writeByte('\'');
        }
        for (int i = 0; i < element.attributes().size(); i++) {
            writeAttribute(element.attributes().get(i), i, out);
        }
        if (element.text().isEmpty() && element.children().isEmpty()) {
            ascii(out, "/>");
            return;
        }
        out.writeByte('>');
        escape(out, element.text(), false);
        for (int i = 0; i < element.children().size(); i++) {
            write(element.children().get(i), own, out);
        }
        ascii(out, "</");
        writeName(element, prefixed, out);
        out.writeByte('>');
    }

    private static void writeName(Element element, boolean prefixed, ByteBuf out) {
        if (prefixed) {
            ascii(out, "stream:");
        }
        ByteBufUtil.writeUtf8(out, element.name());
    }

    private static void writeAttribute(Attribute attribute, int index, ByteBuf out) {
        out.writeByte(' ');
        if (attribute.namespace().equals(Attribute.XML_NAMESPACE)) {
            ascii(out, "xml:");
        } else if (!attribute.namespace().isEmpty()) {
            // A prefix of its own for each such attribute: they are rare, and nothing has to be remembered.
            ascii(out, "xmlns:a" + index + "='");
            escape(out, attribute.namespace(), true);
            ascii(out, "' a" + index + ":");
        }
        ByteBufUtil.writeUtf8(out, attribute.name());
        ascii(out, "='");
        escape(out, attribute.value(), true);
        out.writeByte('\'');
    }

    /** Copies runs of ordinary characters whole and replaces the others one by one. */
    private static void escape(ByteBuf out, String text, boolean inAttribute) {
        int from = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > '>' && c < '\uD800') {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            String replacement = replacementOf(c, inAttribute);
            if (replacement != null) {
                ByteBufUtil.writeUtf8(out, text, from, i);
                ByteBufUtil.writeUtf8(out, replacement);
                from = i + 1;
            }
        }
        ByteBufUtil.writeUtf8(out, text, from, length);
    }

    private static String replacementOf(char c, boolean inAttribute) {
        return switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '\'' -> inAttribute ? "&apos;" : null;
            // A parser would turn a bare CR into LF, and any white space in an attribute into a blank.
            case '\r' -> "&#13;";
            case '\n' -> inAttribute ? "&#10;" : null;
            case '\t' -> inAttribute ? "&#9;" : null;
            default -> c < ' ' || Character.isSurrogate(c) || c >= '\uFFFE' ? "\uFFFD" : null;
        };
    }

    private static void ascii(ByteBuf out, String text) {
        ByteBufUtil.writeAscii(out, text);
    }
}

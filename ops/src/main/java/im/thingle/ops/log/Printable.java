// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

/** Text from outside made safe for a line: whoever chooses a JID or a file name must not be able to forge log lines. */
final class Printable {
    private Printable() {}

    /** Characters that would break or disguise a line become {@code \\uXXXX} escapes. */
    static String of(String text) {
        if (text.codePoints().noneMatch(Printable::breaks)) {
            return text;
        }
        var safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (breaks(point)) {
                safe.append(String.format(point > 0xffff ? "\\U%08x" : "\\u%04x", point));
            } else {
                safe.appendCodePoint(point);
            }
        });
        return safe.toString();
    }

    private static boolean breaks(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    /** As the value of {@code key=value}: quoted if it holds anything that could end it. */
    static String value(Object value) {
        var text = of(String.valueOf(value));
        var plain = !text.isEmpty() && text.chars().noneMatch(c -> Character.isWhitespace(c) || c == '"' || c == '='
                || c == '\\');
        return plain ? text : '"' + text.replace("\"", "\\\"") + '"';
    }
}

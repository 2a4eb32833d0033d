// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The attributes that carry UTF-8 text, with the most bytes the standard gives each. What is longer or no UTF-8 is read
 * as nothing: two different wrong names must not become the same text. Immutable.
 */
public enum TextAttribute {
    /** RFC 8489 §14.3. */
    USERNAME(AttributeType.USERNAME, 508),
    /** RFC 8489 §14.9. */
    REALM(AttributeType.REALM, 763),
    /** RFC 8489 §14.10. */
    NONCE(AttributeType.NONCE, 763),
    /** RFC 8489 §14.14. */
    SOFTWARE(AttributeType.SOFTWARE, 763),
    /** RFC 8489 §14.16. */
    ALTERNATE_DOMAIN(AttributeType.ALTERNATE_DOMAIN, 255);

    private final AttributeType type;
    private final int mostBytes;

    TextAttribute(AttributeType type, int mostBytes) {
        this.type = type;
        this.mostBytes = mostBytes;
    }

    /** The most bytes its text may have. */
    public int mostBytes() {
        return mostBytes;
    }

    /** The text of the first attribute of this type; empty if there is none or it is malformed. */
    public Optional<String> read(StunMessage message) {
        int at = message.find(type);
        return at == StunMessage.NONE ? Optional.empty() : read(message, at);
    }

    /** The text of this attribute; empty if it is malformed, which is worth a 400. */
    public Optional<String> read(StunMessage message, int at) {
        int length = message.valueLength(at);
        if (length > mostBytes) {
            return Optional.empty();
        }
        // With its own hands, since the charset's shortcuts either replace what is malformed or throw.
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(length);
        boolean wellFormed = !decoder.decode(message.value(at), text, true).isError();
        return wellFormed ? Optional.of(text.flip().toString()) : Optional.empty();
    }

    /** Adds the attribute with this text. */
    public void write(StunMessageWriter writer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > mostBytes) {
            throw new IllegalArgumentException(
                    type + " of " + bytes.length + " bytes (expected: at most " + mostBytes + ")");
        }
        writer.add(type, bytes);
    }
}

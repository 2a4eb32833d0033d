// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Messages for the tests of attributes: what a writer writes, read back. */
final class Messages {
    private Messages() {}

    /** The message with what this adds to it. */
    static StunMessage written(Consumer<StunMessageWriter> attributes) {
        ByteBuffer buffer = ByteBuffer.allocate(70_000);
        StunMessageWriter writer = new StunMessageWriter().start(buffer, 3,
                MessageType.of(MessageClass.REQUEST, Method.ALLOCATE),
                new TransactionId(0x00010203, 0x0405060708090A0BL));
        attributes.accept(writer);
        StunMessage message = new StunMessage();
        assertThat(message.wrap(buffer, 3, writer.length())).isEqualTo(Malformed.NONE);
        return message;
    }

    /** The message with one attribute of this value. */
    static StunMessage with(AttributeType type, String hex) {
        return written(writer -> writer.add(type, HexFormat.of().parseHex(hex)));
    }

    /** The first attribute's length and value as they stand on the wire. */
    static String firstValue(StunMessage message) {
        byte[] value = new byte[message.valueLength(message.first())];
        message.value(message.first()).get(value);
        return HexFormat.of().formatHex(value);
    }
}

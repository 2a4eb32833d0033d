// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.util.Optional;

/**
 * ICMP, RFC 8656 §18.13: the error a packet to a peer met with, as ICMP or ICMPv6 after the peer's family. Immutable.
 *
 * <pre>
 *   0 (2)  type (7 bits)  code (9 bits)  error data (4)
 * </pre>
 *
 * @param data the next hop's MTU where the packet was too big for it (ICMP 3/4, ICMPv6 2), else 0
 */
public record IcmpAttribute(int type, int code, int data) {
    private static final int BYTES = 8;

    /** The error; empty if there is none or its length is wrong. */
    public static Optional<IcmpAttribute> read(StunMessage message) {
        int at = message.find(AttributeType.ICMP);
        if (at == StunMessage.NONE || message.valueLength(at) != BYTES) {
            return Optional.empty();
        }
        int head = message.intAt(at, 0);
        return Optional.of(new IcmpAttribute(head >>> 9 & 0x7F, head & 0x1FF, message.intAt(at, 4)));
    }

    /** Adds the attribute. */
    public static void write(StunMessageWriter writer, int type, int code, int data) {
        int at = writer.reserve(AttributeType.ICMP, BYTES);
        writer.bytes().putInt(at, (type & 0x7F) << 9 | code & 0x1FF).putInt(at + 4, data);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.auth.Fingerprint;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.nio.ByteBuffer;

/**
 * Writes the checks that ask for consent (RFC 7675 §5.1, RFC 8445 §7.2.2), and answers to a party's checks (§7.3). Each
 * message is good until the next. Confined to its event loop.
 */
final class BindingMessages {
    /** Two fragments of 256 characters, and all else. */
    private static final int ROOM_BYTES = 1024;
    /** RFC 8445 §5.1.2.1: what a peer-reflexive candidate of ours would have. */
    private static final int PEER_REFLEXIVE = 110 << 24 | 0xFFFF << 8;
    private static final int COMPONENTS = 256;
    private static final MessageType REQUEST = MessageType.of(MessageClass.REQUEST, Method.BINDING);
    private static final MessageType SUCCESS = MessageType.of(MessageClass.SUCCESS_RESPONSE, Method.BINDING);

    private final ByteBuffer buffer = ByteBuffer.allocate(ROOM_BYTES);
    private final StunMessageWriter writer = new StunMessageWriter();
    private final MessageIntegrity integrity = MessageIntegrity.sha1();

    /** @param nominating whether this is where the party is to be reached; only if we control */
    ByteBuffer request(IceKeys keys, IceRole role, int component, boolean nominating, TransactionId id) {
        writer.start(buffer.clear(), 0, REQUEST, id);
        writer.add(AttributeType.USERNAME, keys.asking());
        writer.add(AttributeType.PRIORITY, PEER_REFLEXIVE | COMPONENTS - component);
        AttributeType control = role.controlling() ? AttributeType.ICE_CONTROLLING : AttributeType.ICE_CONTROLLED;
        writer.bytes().putLong(writer.reserve(control, Long.BYTES), role.tieBreaker());
        if (nominating) {
            writer.add(AttributeType.USE_CANDIDATE);
        }
        integrity.sign(writer, keys.theirs());
        return whole();
    }

    /** @param from where the request came from */
    ByteBuffer success(IceKeys keys, StunMessage request, TransportAddress from) {
        writer.start(buffer.clear(), 0, SUCCESS, request.transactionHigh(), request.transactionLow());
        AddressAttribute.write(writer, AttributeType.XOR_MAPPED_ADDRESS, from);
        integrity.sign(writer, keys.ours());
        return whole();
    }

    private ByteBuffer whole() {
        Fingerprint.sign(writer);
        return buffer.position(0).limit(writer.length());
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Signs and checks messages with MESSAGE-INTEGRITY (HMAC-SHA1, RFC 8489 §14.5) or MESSAGE-INTEGRITY-SHA256 (§14.6).
 * Covered is all that stands before the attribute, with the header's length as if the message ended with it. Keeps its
 * HMAC from call to call. Confined to its event loop.
 */
public final class MessageIntegrity {
    private final AttributeType type;
    private final Mac mac;
    private final byte[] received;

    private MessageIntegrity(AttributeType type, String algorithm) {
        this.type = type;
        try {
            mac = Mac.getInstance(algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + algorithm + "; run Thingle on one that has",
                    e);
        }
        received = new byte[mac.getMacLength()];
    }

    /** For MESSAGE-INTEGRITY. */
    public static MessageIntegrity sha1() {
        return new MessageIntegrity(AttributeType.MESSAGE_INTEGRITY, "HmacSHA1");
    }

    /** For MESSAGE-INTEGRITY-SHA256; neither STUN nor TURN lets it be truncated, so it is whole or it is wrong. */
    public static MessageIntegrity sha256() {
        return new MessageIntegrity(AttributeType.MESSAGE_INTEGRITY_SHA256, "HmacSHA256");
    }

    /** Whether the message has the attribute and it was made with this key; compares in constant time. */
    public boolean verify(StunMessage message, SecretKey key) {
        int at = message.find(type);
        if (at == StunMessage.NONE || message.valueLength(at) != received.length) {
            return false;
        }
        message.value(at).get(received);
        return MessageDigest.isEqual(compute(message.before(at), key), received);
    }

    /** Adds the attribute over all that is written so far. */
    public void sign(StunMessageWriter writer, SecretKey key) {
        writer.add(type, compute(writer.written(), key));
    }

    private byte[] compute(ByteBuffer covered, SecretKey key) {
        int length = covered.remaining() - StunMessage.HEADER_BYTES + 4 + received.length;
        try {
            mac.init(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(key.getAlgorithm() + " key does not fit " + mac.getAlgorithm(), e);
        }
        mac.update(covered.get());
        mac.update(covered.get());
        mac.update((byte) (length >> 8));
        mac.update((byte) length);
        mac.update(covered.position(4));
        return mac.doFinal();
    }
}

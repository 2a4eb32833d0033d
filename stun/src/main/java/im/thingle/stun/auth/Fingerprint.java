// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * FINGERPRINT, RFC 8489 §14.7: a checksum that tells STUN from other protocols on the same port; no protection against
 * anybody. It stands last, so the header's length already counts it on both sides. Safe from any thread.
 */
public final class Fingerprint {
    private static final int MASK = 0x5354554E;
    private static final int ATTRIBUTE_BYTES = 8;

    private Fingerprint() {}

    /** Whether the message has a fingerprint and it is right. */
    public static boolean verify(StunMessage message) {
        int at = message.find(AttributeType.FINGERPRINT);
        return at != StunMessage.NONE && message.intAt(at, 0) == compute(message.before(at));
    }

    /** Adds the fingerprint, after which nothing can be added. */
    public static void sign(StunMessageWriter writer) {
        int at = writer.reserve(AttributeType.FINGERPRINT, Integer.BYTES);
        ByteBuffer covered = writer.written();
        writer.bytes().putInt(at, compute(covered.limit(covered.limit() - ATTRIBUTE_BYTES)));
    }

    private static int compute(ByteBuffer covered) {
        CRC32 crc = new CRC32();
        crc.update(covered);
        return (int) crc.getValue() ^ MASK;
    }
}

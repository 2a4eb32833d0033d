// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import java.nio.ByteBuffer;

/**
 * Looks at the records of a datagram before Bouncy Castle does (RFC 6347 §4.1). It takes an encrypted record that is
 * too short to be one for a fault of the client and ends the association, which anybody could send: such are to be
 * dropped like all that is not authentic (§4.1.2.7). Safe from any thread.
 *
 * <pre>
 *   type (1)  version (2)  epoch (2)  sequence number (6)  length (2)  fragment        once or more
 * </pre>
 */
final class DtlsRecords {
    static final int HEADER_BYTES = 13;
    /** What AES-GCM adds: the explicit half of the nonce and the tag (RFC 5288 §3). */
    private static final int GCM_BYTES = 8 + 16;

    private DtlsRecords() {}

    /** Whether the datagram is made of whole records, of which the encrypted ones may be so. */
    static boolean areSound(byte[] datagram) {
        ByteBuffer bytes = ByteBuffer.wrap(datagram);
        int at = 0;
        while (datagram.length - at >= HEADER_BYTES) {
            int length = Short.toUnsignedInt(bytes.getShort(at + 11));
            boolean encrypted = bytes.getShort(at + 3) != 0;
            if (encrypted && length < GCM_BYTES) {
                return false;
            }
            at += HEADER_BYTES + length;
        }
        return at == datagram.length && at != 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.util.Arrays;

/** Looks for bytes in bytes. Safe from any thread. */
final class Bytes {
    private Bytes() {}

    /**
     * Where the bytes are for the first time, or −1.
     *
     * @param length of what is looked through
     */
    static int indexOf(byte[] in, int length, byte[] wanted) {
        byte first = wanted[0];
        for (int at = 0; at <= length - wanted.length; at++) {
            if (in[at] == first && Arrays.equals(in, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}

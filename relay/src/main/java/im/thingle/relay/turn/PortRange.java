// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

/**
 * Ports that relayed sockets may have, both ends included. Immutable.
 */
public record PortRange(int first, int last) {
    /** What RFC 8656 §7.2 advises: the dynamic ports. */
    public static final PortRange DYNAMIC = new PortRange(49152, 65535);

    public PortRange {
        if (first < 1 || last > 0xFFFF || first > last) {
            throw new IllegalArgumentException("ports " + first + "-" + last + " (expected: 1-65535, the lower first)");
        }
    }

    /** How many ports there are. */
    public int size() {
        return last - first + 1;
    }
}

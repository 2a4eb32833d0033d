// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.socks5.StreamKey;
import java.util.ArrayList;
import java.util.List;

/**
 * One bytestream from its first socket to its activation: pending with one parked leg, paired with two. Which leg is
 * the requester's is never known and never guessed. Confined to its event loop.
 */
final class Bytestream {
    private final StreamKey key;
    private final List<ParkedLeg> legs = new ArrayList<>(2);

    Bytestream(StreamKey key) {
        this.key = key;
    }

    StreamKey key() {
        return key;
    }

    /** The parked legs, in the order they came. */
    List<ParkedLeg> legs() {
        return legs;
    }

    /** Adds a leg; the place must be free. */
    void join(ParkedLeg leg) {
        assert !isPaired();
        legs.add(leg);
    }

    /** Takes a leg out again. */
    void leave(ParkedLeg leg) {
        legs.remove(leg);
    }

    boolean isPaired() {
        return legs.size() == 2;
    }
}

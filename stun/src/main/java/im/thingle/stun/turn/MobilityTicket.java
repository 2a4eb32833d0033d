// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

/**
 * The state of an allocation whose client may move, RFC 8016. Confined to its event loop.
 */
final class MobilityTicket {
    private final long id;
    private int sequence;
    private FiveTuple previous;

    MobilityTicket(long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    /** Each move makes a new ticket. */
    int sequence() {
        return sequence;
    }

    /** Where the client was before, as long as nothing proves that it knows of its last move; null: it knows. */
    FiveTuple previous() {
        return previous;
    }

    void next(FiveTuple from) {
        sequence++;
        previous = from;
    }

    void confirm() {
        previous = null;
    }
}

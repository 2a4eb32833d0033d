// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

/**
 * The state of an allocation whose client may move, RFC 8016. Confined to its event loop.
 */
final class MobilityTicket {
    private final long id;
    private int sequence;
    private boolean confirmed = true;
    private FiveTuple pending;

    MobilityTicket(long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    /** Each new place gets a new ticket. */
    int sequence() {
        return sequence;
    }

    /** Whether the client is known to have the last ticket; else the one before is good too. */
    boolean isConfirmed() {
        return confirmed;
    }

    /** Where the client has shown a ticket and done nothing else yet; null: nowhere. */
    FiveTuple pending() {
        return pending;
    }

    /** The last ticket was shown: its answer has the next one. */
    void next() {
        sequence++;
        confirmed = false;
    }

    void confirm() {
        confirmed = true;
    }

    void pending(FiveTuple place) {
        pending = place;
    }
}

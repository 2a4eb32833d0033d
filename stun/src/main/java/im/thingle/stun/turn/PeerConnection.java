// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;

/** A TCP connection between an allocation and a peer, RFC 6062 §5. Confined to its event loop. */
final class PeerConnection {
    /** How far it has come. */
    enum State {
        /** The server connects to the peer. */
        CONNECTING,
        /** It stands, and waits for the client to bind a connection of its own to it. */
        UNBOUND,
        /** It is joined with the client's data connection. */
        BOUND
    }

    private final Allocation allocation;
    private final int id;
    private final TransportAddress peer;
    private final Asked asked;
    private State state;
    private long deadlineNanos;

    /** @param asked the Connect request; null: the peer connected */
    PeerConnection(Allocation allocation, int id, TransportAddress peer, Asked asked, long deadlineNanos) {
        this.allocation = allocation;
        this.id = id;
        this.peer = peer;
        this.asked = asked;
        this.deadlineNanos = deadlineNanos;
        state = asked == null ? State.UNBOUND : State.CONNECTING;
    }

    Allocation allocation() {
        return allocation;
    }

    int id() {
        return id;
    }

    TransportAddress peer() {
        return peer;
    }

    Asked asked() {
        return asked;
    }

    State state() {
        return state;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    void connected(long bindByNanos) {
        state = State.UNBOUND;
        deadlineNanos = bindByNanos;
    }

    void bound() {
        state = State.BOUND;
    }

    boolean isOver(long nowNanos) {
        return state != State.BOUND && deadlineNanos - nowNanos <= 0;
    }
}

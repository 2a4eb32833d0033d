// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;

/** A channel bound to a peer, RFC 8656 §12. Confined to its event loop. */
public final class Channel {
    private final int number;
    private final TransportAddress peer;
    private long expiresNanos;
    private Object attachment;

    Channel(int number, TransportAddress peer, long expiresNanos) {
        this.number = number;
        this.peer = peer;
        this.expiresNanos = expiresNanos;
    }

    /** 0x4000 to 0x4FFF. */
    public int number() {
        return number;
    }

    /** Whom it leads to. */
    public TransportAddress peer() {
        return peer;
    }

    /** Whether the binding still stands; one that does not is taken away later. */
    public boolean isLive(long nowNanos) {
        return expiresNanos - nowNanos > 0;
    }

    /** The data plane's own state. */
    public Object attachment() {
        return attachment;
    }

    /** Keeps the data plane's own state. */
    public void attach(Object dataPlane) {
        attachment = dataPlane;
    }

    long expiresNanos() {
        return expiresNanos;
    }

    void refresh(long untilNanos) {
        expiresNanos = untilNanos;
    }
}

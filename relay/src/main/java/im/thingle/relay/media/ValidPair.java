// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.udp.Datagram;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * An address that a party has proven to be its own, at one of our ports (RFC 8445 §7.2.5.3.2), and whether it still
 * consents to being sent anything there (RFC 7675 §5.1). Confined to its event loop.
 */
final class ValidPair {
    /** RFC 7675 §5.1. */
    static final long CONSENT_NANOS = 30_000_000_000L;
    /** RFC 7675 §5.1: every 5 s, give or take a fifth. */
    private static final long SHORTEST_NANOS = 4_000_000_000L;

    static final int SPREAD_NANOS = 2_000_000_000;

    private final IceSocket socket;
    private final TransportAddress remote;
    private final Family family;
    private final long high;
    private final long low;
    private final int port;
    private int generation;
    private long consentNanos;
    private long askedNanos;
    private long intervalNanos = SHORTEST_NANOS;

    ValidPair(IceSocket socket, TransportAddress remote, int generation, long nowNanos) {
        this.socket = socket;
        this.remote = remote;
        this.generation = generation;
        consentNanos = nowNanos;
        askedNanos = nowNanos;
        family = remote.family();
        high = remote.high();
        low = remote.low();
        port = remote.port();
    }

    IceSocket socket() {
        return socket;
    }

    TransportAddress remote() {
        return remote;
    }

    boolean is(IceSocket at, Datagram datagram) {
        return at == socket
                && port == datagram.sourcePort()
                && low == datagram.sourceLow()
                && high == datagram.sourceHigh()
                && family == datagram.sourceFamily();
    }

    boolean is(IceSocket at, TransportAddress address) {
        return at == socket && remote.equals(address);
    }

    /** For which of the leg's agents it was proven last. */
    int generation() {
        return generation;
    }

    void generation(int generation) {
        this.generation = generation;
    }

    /** It has answered what was asked of it. */
    void renew(long nowNanos) {
        consentNanos = nowNanos;
    }

    boolean consents(long nowNanos) {
        return nowNanos - consentNanos < CONSENT_NANOS;
    }

    /** Whether it is to be asked again. */
    boolean isDue(long nowNanos) {
        return nowNanos - askedNanos >= intervalNanos;
    }

    /** @param jitterNanos from 0 (inclusive) to {@link #SPREAD_NANOS} (exclusive), at random */
    void asked(long nowNanos, int jitterNanos) {
        askedNanos = nowNanos;
        intervalNanos = SHORTEST_NANOS + jitterNanos;
    }
}

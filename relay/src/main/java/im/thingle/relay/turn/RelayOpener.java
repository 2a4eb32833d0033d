// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.turn.RelayPorts.Lease;
import im.thingle.relay.udp.Options;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.turn.RelayRequest;
import java.io.IOException;
import java.net.BindException;
import java.util.HashMap;
import java.util.Map;

/**
 * Opens the relayed sockets that the machine asks for (RFC 8656 §7.2), and keeps them until it says whose they are.
 * Confined to its event loop.
 */
final class RelayOpener {
    /** A port may be taken by a process that is none of ours; then the next one, so many times. */
    private static final int TRIES = 32;

    /**
     * What came of a request.
     *
     * @param relay null if nothing could be had
     * @param token of the reserved port above; null: none
     * @param failure null if there is a relay
     */
    record Opened(Relay relay, byte[] token, ErrorCode failure) {}

    private enum Bound {
        YES,
        TAKEN,
        NO
    }

    private final TurnShard shard;
    private final RelayPorts ports;
    private final Map<Long, Relay> waiting = new HashMap<>();
    private byte[] token;

    RelayOpener(TurnShard shard) {
        this.shard = shard;
        ports = shard.ports();
    }

    /** Opens what is wanted, or as much of it as can be had. */
    Opened open(long request, RelayRequest wanted) {
        if (wanted.ipv4() && !wanted.ipv6() && !ports.has(Family.IPV4)
                || wanted.ipv6() && !wanted.ipv4() && !ports.has(Family.IPV6)) {
            return new Opened(null, null, ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED);
        }
        token = null;
        Relay relay = new Relay(shard);
        boolean opened = wanted.reservationToken() == null ? open(wanted, relay) : claim(wanted, relay);
        if (!opened) {
            return new Opened(null, null, ErrorCode.INSUFFICIENT_CAPACITY);
        }
        waiting.put(request, relay);
        return new Opened(relay, token, null);
    }

    /** What was opened for this request, once; null if nothing was. */
    Relay take(long request) {
        return waiting.remove(request);
    }

    /** Closes what nobody took. */
    void close() {
        waiting.values().forEach(Relay::close);
        waiting.clear();
    }

    private boolean open(RelayRequest wanted, Relay relay) {
        boolean opened = wanted.ipv4() && open(Family.IPV4, wanted, relay);
        return wanted.ipv6() && open(Family.IPV6, wanted, relay) || opened;
    }

    private boolean open(Family family, RelayRequest wanted, Relay relay) {
        for (int i = 0; i < TRIES; i++) {
            Lease next = null;
            Lease lease;
            if (wanted.reserveNext()) {
                Lease[] pair = ports.takePairToReserve(family, shard.entropy());
                lease = pair == null ? null : pair[0];
                next = pair == null ? null : pair[1];
            } else {
                lease = ports.take(family, wanted.evenPort(), shard.entropy());
            }
            if (lease == null) {
                return false;
            }
            Bound bound = bind(lease, wanted, relay);
            if (bound == Bound.YES && next != null) {
                token = ports.reserve(next, shard.entropy(), shard.now());
            } else if (next != null) {
                next.close();
            }
            if (bound != Bound.TAKEN) {
                return bound == Bound.YES;
            }
        }
        return false;
    }

    /** The family is the one that the port was kept in: a request with a token names none (RFC 8656 §7.2). */
    private boolean claim(RelayRequest wanted, Relay relay) {
        Lease kept = ports.claim(wanted.reservationToken(), shard.now());
        return kept != null && bind(kept, wanted, relay) == Bound.YES;
    }

    /** The port is given back if it cannot be had. */
    private Bound bind(Lease lease, RelayRequest wanted, Relay relay) {
        try {
            if (wanted.tcp()) {
                relay.add(lease, shard.peerConnections().listen(lease.bind()));
            } else {
                relay.add(lease, shard.engine().open(lease.bind(), Options.RELAY, relay));
            }
            return Bound.YES;
        } catch (BindException taken) {
            lease.close();
            return Bound.TAKEN;
        } catch (IOException outOfDescriptors) {
            lease.close();
            return Bound.NO;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import com.sun.management.UnixOperatingSystemMXBean;
import im.thingle.ops.config.GatewaySettings;
import im.thingle.ops.config.RelayNodesSettings;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnChoice;
import im.thingle.ops.config.TurnOptions;
import im.thingle.relay.bytestream.BytestreamLimits;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** Compares the configured limits with how many files the process may open. */
final class Descriptors {
    /** Pipes of streams at work, links, jars and the like. */
    private static final long SPARE = 1000;
    private static final long PORTS_PER_CHANNEL = 4;
    /** Two legs, each with one for RTCP. */
    private static final long PORTS_PER_CALL = 4;

    private Descriptors() {}

    /** A warning for the operator, if the descriptors would run out before the limits are reached. */
    static Optional<String> shortage(Settings settings) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return Optional.empty();
        }
        return shortage(settings.bytestreams().limits(), ports(settings), system.getMaxFileDescriptorCount());
    }

    /** What all that is lent ports may need: the pool is one. */
    static long ports(Settings settings) {
        var turn = settings.turn();
        var others = channels(settings.relayNodes(), turn) + brokeredCalls(settings.gateway(), turn);
        return calls(turn) + Math.min(others, turn.relayPorts().size());
    }

    /** What calls need if every port is lent: its socket, its client's connection, and one with a peer. */
    static long calls(TurnOptions turn) {
        if (turn.choice() == TurnChoice.OFF) {
            return 0;
        }
        var streams = turn.listen().tcp().isEmpty() && turn.listen().tls().isEmpty() ? 0 : 1;
        // RFC 6062: each connection with a peer has one of its own with the client.
        var peers = turn.tcpRelay() ? 2 : 0;
        return (1L + streams + peers) * turn.relayPorts().size();
    }

    /** What channels need beyond that: nothing where calls may have all the ports, since the two share them. */
    static long channels(RelayNodesSettings nodes, TurnOptions turn) {
        return nodes.enabled() ? without(turn, PORTS_PER_CHANNEL * nodes.channels()) : 0;
    }

    /** Likewise for the gateway's calls. */
    static long brokeredCalls(GatewaySettings gateway, TurnOptions turn) {
        return gateway.enabled() && gateway.calls() ? without(turn, PORTS_PER_CALL * gateway.sessions()) : 0;
    }

    /** @param most 0: as many as there are */
    private static long without(TurnOptions turn, long most) {
        var ports = turn.relayPorts().size();
        if (turn.choice() != TurnChoice.OFF) {
            return 0;
        }
        return most == 0 ? ports : Math.min(most, ports);
    }

    static Optional<String> shortage(BytestreamLimits limits, long ports, long available) {
        var needed = 2L * limits.streams() + limits.parked() + ports + SPARE;
        return needed <= available
                ? Optional.empty()
                : Optional.of("the process may open " + available
                        + " files, and the limits on streams and parked sockets and the ports for calls need "
                        + needed + "; raise LimitNOFILE (systemd) or ulimit -n, or lower the limits");
    }
}

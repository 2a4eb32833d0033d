// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import com.sun.management.UnixOperatingSystemMXBean;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnChoice;
import im.thingle.relay.bytestream.BytestreamLimits;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** Compares the configured limits with how many files the process may open. */
final class Descriptors {
    /** Pipes of streams at work, links, jars and the like. */
    private static final long SPARE = 1000;

    private Descriptors() {}

    /** A warning for the operator, if the descriptors would run out before the limits are reached. */
    static Optional<String> shortage(Settings settings) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return Optional.empty();
        }
        var turn = settings.turn();
        var ports = turn.choice() == TurnChoice.OFF ? 0 : turn.relayPorts().size();
        return shortage(settings.bytestreams().limits(), ports, system.getMaxFileDescriptorCount());
    }

    static Optional<String> shortage(BytestreamLimits limits, int relayPorts, long available) {
        var needed = 2L * limits.streams() + limits.parked() + relayPorts + SPARE;
        return needed <= available
                ? Optional.empty()
                : Optional.of("the process may open " + available
                        + " files, and the limits on streams and parked sockets and the ports for calls need "
                        + needed + "; raise LimitNOFILE (systemd) or ulimit -n, or lower the limits");
    }
}

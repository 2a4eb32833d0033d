// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import com.sun.management.UnixOperatingSystemMXBean;
import im.thingle.relay.bytestream.BytestreamLimits;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** Compares the configured limits with how many files the process may open. */
final class Descriptors {
    /** Pipes of streams at work, links, jars and the like. */
    private static final long SPARE = 1000;

    private Descriptors() {}

    /** A warning for the operator, if the descriptors would run out before the limits are reached. */
    static Optional<String> shortage(BytestreamLimits limits) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return Optional.empty();
        }
        return shortage(limits, system.getMaxFileDescriptorCount());
    }

    static Optional<String> shortage(BytestreamLimits limits, long available) {
        var needed = 2L * limits.streams() + limits.parked() + SPARE;
        return needed <= available
                ? Optional.empty()
                : Optional.of("the process may open " + available
                        + " files, and the limits on streams and parked sockets need "
                        + needed + "; raise LimitNOFILE (systemd) or ulimit -n, or lower the limits");
    }
}

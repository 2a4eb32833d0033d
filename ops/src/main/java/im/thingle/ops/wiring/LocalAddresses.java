// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Optional;

/** What this machine's own addresses are. Asks the kernel each time; blocks for a moment at most. */
final class LocalAddresses {
    private static final int ANY_PORT = 9; // nothing is sent there

    private LocalAddresses() {}

    static boolean isOwn(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }

    /** The address from which this machine reaches another one, as the routing table says; empty if it does not. */
    static Optional<InetAddress> towards(InetAddress other) {
        var family = other.getAddress().length == 4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        try (var probe = DatagramChannel.open(family)) {
            probe.connect(new InetSocketAddress(other, ANY_PORT));
            return Optional.of(((InetSocketAddress) probe.getLocalAddress()).getAddress());
        } catch (IOException | UnsupportedOperationException unreachable) { // the latter: no such family here
            return Optional.empty();
        }
    }

    static boolean hasIpv6() {
        try (var probe = DatagramChannel.open(StandardProtocolFamily.INET6)) {
            probe.bind(new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString("::"), 0));
            return true;
        } catch (IOException | UnsupportedOperationException absent) { // the latter: built without IPv6
            return false;
        }
    }

    /** Those of interfaces that are up; not the link-local ones, which mean nothing without an interface's name. */
    static List<InetAddress> all() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(LocalAddresses::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .toList();
        } catch (SocketException unknown) {
            return List.of();
        }
    }

    private static boolean isUp(NetworkInterface each) {
        try {
            return each.isUp();
        } catch (SocketException gone) {
            return false;
        }
    }
}

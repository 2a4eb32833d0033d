// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on this machine. Safe from any thread. */
public final class Loopback {
    private static final int FIRST_PORT = 20_000;
    private static final int END_OF_PORTS = 29_000;
    private static final int TRIES = 100;

    private Loopback() {}

    /**
     * A port that nobody had a moment ago, and that no client gets by chance afterwards: it is below those that Linux
     * hands out, and what a client has by chance on a port of Thingle's own services would be no peer to it.
     */
    public static int freePort() {
        for (int tries = 0; tries < TRIES; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, END_OF_PORTS);
            try (var _ = new ServerSocket(port, 1, at(port).getAddress());
                    var _ = new DatagramSocket(at(port))) {
                return port;
            } catch (IOException taken) {
                // by somebody else
            }
        }
        throw new IllegalStateException("no free port from " + FIRST_PORT + " to " + (END_OF_PORTS - 1));
    }

    /** An IPv4 address of this machine's by which others may reach it, for programs that shun the loopback. */
    public static Optional<String> notLoopback() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(each -> each instanceof Inet4Address)
                    .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .findFirst();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.TurnListeners;
import im.thingle.relay.turn.TurnService;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the STUN/TURN server really listens on: free ports have their numbers, families the system lacks are gone. Safe
 * from any thread.
 */
public final class BoundListeners {
    private BoundListeners() {}

    public static TurnListeners of(TurnService service, TurnListeners configured) {
        return new TurnListeners(
                service.udpAddresses(),
                service.tcpAddresses(),
                Stream.concat(service.tlsAddresses().stream(), shared(service.tcpAddresses(), configured.tls()))
                        .toList(),
                service.dtlsAddresses(),
                configured.natDiscovery());
    }

    /** Plain TCP and TLS on one port are one listener, which the server counts as TCP. */
    private static Stream<InetSocketAddress> shared(List<InetSocketAddress> tcp, List<InetSocketAddress> tls) {
        return tcp.stream().filter(bound -> tls.stream().anyMatch(each -> each.getPort() == bound.getPort()));
    }
}

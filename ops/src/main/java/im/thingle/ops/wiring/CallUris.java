// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.Settings;
import im.thingle.stun.uri.StunUri;
import im.thingle.stun.uri.StunUri.Scheme;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Under which URIs clients reach the STUN/TURN server (RFC 7064, RFC 7065). Those for DTLS are apart, because browsers
 * know none. Immutable.
 */
public record CallUris(List<String> stun, List<String> turn, List<String> dtls) {
    /** As configured; listeners on a free port have none, since only the running server knows it. */
    public static CallUris of(Settings settings) {
        var listen = settings.turn().listen();
        return new CallUris(
                uris(Scheme.STUN, listen.udp(), settings, null),
                Stream.of(uris(Scheme.TURN, listen.udp(), settings, "udp"),
                                uris(Scheme.TURN, listen.tcp(), settings, "tcp"),
                                uris(Scheme.TURNS, listen.tls(), settings, "tcp"))
                        .flatMap(List::stream)
                        .toList(),
                uris(Scheme.TURNS, listen.dtls(), settings, "udp"));
    }

    /** Every announced host at every port, in the operator's order. */
    private static List<String> uris(
            Scheme scheme, List<InetSocketAddress> listeners, Settings settings, String transport) {
        return listeners.stream()
                .filter(listener -> listener.getPort() != 0)
                .flatMap(listener -> hosts(listener, settings)
                        .map(host -> new StunUri(scheme, host, listener.getPort(), transport).toString()))
                .distinct()
                .toList();
    }

    private static Stream<String> hosts(InetSocketAddress listener, Settings settings) {
        if (!settings.publicAddresses().isEmpty()) {
            return settings.publicAddresses().stream();
        }
        var bound = listener.getAddress().isAnyLocalAddress()
                ? settings.bytestreams().listen().stream()
                : Stream.of(listener);
        return bound.map(address -> NetUtil.toAddressString(address.getAddress()));
    }

    /** Everything. */
    public List<String> all() {
        return Stream.of(stun, turn, dtls).flatMap(List::stream).toList();
    }
}

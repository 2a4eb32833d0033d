// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnListeners;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallService.Kind;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Works out which STUN and TURN services clients are told (XEP-0215), from what listens and under which hosts that is
 * reached. Nothing is told that cannot be: no host of an address family in which nothing listens, and no DTLS, which
 * the clients of XMPP do not speak. Safe from any thread.
 */
final class AnnouncedServices {
    private AnnouncedServices() {}

    /** @param listen what is bound; listeners on port 0 are left out, since nobody knows it yet */
    static List<CallService> of(Settings settings, TurnListeners listen) {
        var hosts = hosts(settings, listen).toList();
        var ipv6Only = hosts.stream().allMatch(Host::ipv6Only);
        return hosts.stream()
                .flatMap(host -> Stream.concat(
                        plain(host, listen),
                        ipv6Only || !host.ipv6Only() ? secure(host, listen, settings) : Stream.empty()))
                .toList();
    }

    private static Stream<CallService> plain(Host host, TurnListeners listen) {
        return Stream.of(
                        services(Kind.STUN, host, listen.udp(), "udp"),
                        services(Kind.TURN, host, listen.udp(), "udp"),
                        services(Kind.TURN, host, listen.tcp(), "tcp"))
                .flatMap(each -> each);
    }

    /**
     * COMPAT(Movim; all): it makes URIs of all services over TLS, without brackets around IPv6 addresses, and then has
     * no calls at all. So these are under such an address only if there is nothing else.
     */
    private static Stream<CallService> secure(Host host, TurnListeners listen, Settings settings) {
        var stuns = settings.externalServices().stuns() ? listen.tls() : List.<InetSocketAddress>of();
        return Stream.concat(
                services(Kind.TURNS, host, listen.tls(), "tcp"), services(Kind.STUNS, host, stuns, "tcp"));
    }

    /**
     * What listeners are reached under, in the operator's order, but names and IPv4 addresses first: many clients take
     * the first service and know IPv4 alone.
     */
    static Stream<Host> hosts(Settings settings, TurnListeners listen) {
        var announced = settings.externalServices().hosts().isEmpty()
                ? settings.publicAddresses() : settings.externalServices().hosts();
        var hosts = announced.isEmpty()
                ? listen.all().flatMap(listener -> bound(settings, listener)).map(address -> new Host(address, true))
                : announced.stream().map(host -> new Host(host, false));
        return hosts.distinct().sorted(Comparator.comparing(Host::ipv6Only));
    }

    private static Stream<String> bound(Settings settings, InetSocketAddress listener) {
        return listener.getAddress().isAnyLocalAddress()
                ? settings.bytestreams().listen().stream().map(InetSocketAddress::getAddress)
                        .map(NetUtil::toAddressString)
                : Stream.of(NetUtil.toAddressString(listener.getAddress()));
    }

    static Stream<CallService> services(
            Kind kind, Host host, List<InetSocketAddress> listeners, String transport) {
        return listeners.stream()
                .filter(listener -> listener.getPort() != 0 && host.leadsTo(listener.getAddress()))
                .map(listener -> new CallService(kind, host.text(), listener.getPort(), transport))
                .distinct();
    }

    /**
     * A name, or an address without brackets. Immutable.
     *
     * @param bound whether it is the very address that is bound, not one that NAT may lead to another
     */
    record Host(String text, boolean bound) {
        boolean ipv6Only() {
            return text.contains(":");
        }

        /** A name may lead to both families, an address only to a listener of its own. */
        boolean leadsTo(InetAddress listener) {
            if (!NetUtil.isValidIpV4Address(text) && !ipv6Only()) {
                return true;
            }
            var ipv6Listener = listener.getAddress().length == 16;
            if (listener.isAnyLocalAddress()) {
                return ipv6Listener || !ipv6Only();
            }
            return bound ? text.equals(NetUtil.toAddressString(listener)) : ipv6Listener == ipv6Only();
        }
    }
}

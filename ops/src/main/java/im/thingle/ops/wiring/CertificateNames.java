// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.Settings;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.stream.Stream;

/** Every name and address under which a client may come to the TLS and DTLS listeners. */
final class CertificateNames {
    /** A certificate must fit into a few packets of a DTLS handshake. */
    private static final int MOST = 64;

    private CertificateNames() {}

    /** The public ones first. */
    static Collection<String> of(Settings settings) {
        var names = new LinkedHashSet<>(settings.publicAddresses());
        names.addAll(settings.externalServices().hosts());
        settings.turn().listen().all()
                .map(InetSocketAddress::getAddress)
                .flatMap(address -> address.isAnyLocalAddress() ? all(address) : Stream.of(address))
                .map(NetUtil::toAddressString)
                .limit(MOST)
                .forEach(names::add);
        return names;
    }

    private static Stream<InetAddress> all(InetAddress wildcard) {
        var ipv4Only = wildcard.getAddress().length == 4;
        return LocalAddresses.all().stream().filter(address -> !ipv4Only || address.getAddress().length == 4);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads "address:port" to listen on, and knows which of two cannot be bound together. */
final class ListenAddress {
    private static final Pattern HOST_AND_PORT = Pattern.compile("(?:\\[([^\\]]*)]|([^:]*)):([0-9]{1,9})");
    private static final String SHAPE = "write \"address:port\", such as \"[::]:5000\" or \"127.0.0.1:5000\"";

    private ListenAddress() {}

    static Optional<InetSocketAddress> read(Entry entry) {
        return entry.text().flatMap(text -> parse(entry, text.strip()));
    }

    private static Optional<InetSocketAddress> parse(Entry entry, String text) {
        var match = HOST_AND_PORT.matcher(text);
        if (!match.matches()) {
            var bareIpv6 = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
            entry.error("is not address:port: " + Entry.quoted(text),
                    bareIpv6 ? "put brackets around an IPv6 address, such as \"[2001:db8::7]:5000\"" : SHAPE);
            return Optional.empty();
        }
        var port = Integer.parseInt(match.group(3));
        if (port > 65_535) {
            entry.error("port " + port + " is outside 0 to 65535", "");
            return Optional.empty();
        }
        var host = match.group(1) == null ? match.group(2) : match.group(1);
        return address(entry, host, match.group(1) != null, port);
    }

    private static Optional<InetSocketAddress> address(Entry entry, String host, boolean bracketed, int port) {
        var valid = bracketed ? NetUtil.isValidIpV6Address(host) : NetUtil.isValidIpV4Address(host);
        if (valid) {
            return Optional.of(new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(host), port));
        }
        if (host.isEmpty() || host.equals("*")) {
            entry.error("names no address", "write \"[::]:" + port + "\" for every address of this machine");
        } else if (host.equals("localhost")) {
            entry.error("is a name, and a name may mean several addresses", "write \"127.0.0.1:" + port
                    + "\" or \"[::1]:" + port + "\"");
        } else {
            entry.error("is not an address of this machine: " + Entry.quoted(host), SHAPE);
        }
        return Optional.empty();
    }

    /** Whether binding one leaves no room for the other. The IPv6 wildcard takes IPv4 too. */
    static boolean clash(InetSocketAddress one, InetSocketAddress other) {
        if (one.getPort() != other.getPort() || one.getPort() == 0) {
            return false;
        }
        return covers(one.getAddress(), other.getAddress()) || covers(other.getAddress(), one.getAddress());
    }

    private static boolean covers(InetAddress wide, InetAddress narrow) {
        if (!wide.isAnyLocalAddress()) {
            return wide.equals(narrow);
        }
        return wide.getAddress().length == 16 || narrow.getAddress().length == 4;
    }
}

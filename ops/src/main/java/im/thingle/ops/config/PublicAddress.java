// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads an address or name that clients are told, and refuses what no client could reach. */
final class PublicAddress {
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[[^\\]]*]|[^:]*):[0-9]+");
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*"
            + "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", Pattern.CASE_INSENSITIVE);

    private PublicAddress() {}

    /** The literal in its canonical form (RFC 5952 for IPv6), or the name as written. */
    static Optional<String> read(Entry entry) {
        return entry.text().flatMap(text -> parse(entry, text.strip()));
    }

    private static Optional<String> parse(Entry entry, String text) {
        if (NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text) && !text.startsWith("[")) {
            return literal(entry, text);
        }
        if (text.startsWith("[") && text.endsWith("]")) {
            entry.error("has brackets: " + Entry.quoted(text), "write the bare address");
        } else if (WITH_PORT.matcher(text).matches()) {
            entry.error("has a port: " + Entry.quoted(text),
                    "leave the port out; those of the listeners are announced");
        } else if (!NAME.matcher(text).matches()) {
            entry.error("is neither an address nor a host name: " + Entry.quoted(text),
                    "write 203.0.113.7, 2001:db8::7 or a name");
        } else if (text.matches("[0-9.]+")) {
            entry.error("is not a complete IPv4 address: " + Entry.quoted(text), "write four numbers from 0 to 255");
        } else {
            if (text.equalsIgnoreCase("localhost")) {
                warnOfLoopback(entry, text);
            }
            return Optional.of(text);
        }
        return Optional.empty();
    }

    private static Optional<String> literal(Entry entry, String text) {
        var address = NetUtil.createInetAddressFromIpAddressString(text);
        var flaw = flaw(address);
        if (flaw != null) {
            entry.error(Entry.quoted(text) + " is " + flaw, "write an address or a name that clients can connect to");
            return Optional.empty();
        }
        if (address.isLoopbackAddress()) {
            warnOfLoopback(entry, text);
        }
        return Optional.of(NetUtil.toAddressString(address));
    }

    private static String flaw(InetAddress address) {
        if (address.isAnyLocalAddress()) {
            return "the address for \"anywhere\", which nobody can connect to";
        }
        if (address.isMulticastAddress()) {
            return "a multicast address";
        }
        if (address.isLinkLocalAddress()) {
            return "a link-local address";
        }
        var first = address.getAddress()[0] & 0xff;
        return address.getAddress().length == 4 && (first == 0 || first >= 240) ? "not an address of any host" : null;
    }

    private static void warnOfLoopback(Entry entry, String text) {
        entry.warning(Entry.quoted(text) + " reaches only clients on this very machine", "fine for a trial");
    }
}

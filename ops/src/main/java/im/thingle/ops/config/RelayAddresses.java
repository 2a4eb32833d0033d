// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import im.thingle.relay.turn.RelayAddress;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code thingle.turn.relay-addresses}. Confined to its reader's thread. */
final class RelayAddresses {
    private final Problems problems;

    RelayAddresses(Problems problems) {
        this.problems = problems;
    }

    List<RelayAddress> read(Section turn) {
        var found = new ArrayList<RelayAddress>();
        var whole = turn.at("relay-addresses");
        if (turn.given("relay-addresses") instanceof ConfigList list) {
            for (var index = 0; index < list.size(); index++) {
                var element = list.get(index);
                var address = element instanceof ConfigObject
                        ? pair(new Section(whole.key() + "[" + index + "]", Place.of(element.origin(), whole.place()),
                                element, null, problems))
                        : single(whole.list().get(index));
                address.filter(fresh -> once(whole, found, fresh)).ifPresent(found::add);
            }
        } else if (turn.given("relay-addresses") instanceof ConfigObject object) {
            pair(new Section(whole.key(), whole.place(), object, null, problems)).ifPresent(found::add);
        } else {
            whole.list().forEach(entry -> single(entry).ifPresent(found::add));
        }
        return List.copyOf(found);
    }

    private static boolean once(Entry entry, List<RelayAddress> found, RelayAddress fresh) {
        var twice = found.stream().anyMatch(each -> each.bind().getClass() == fresh.bind().getClass());
        if (twice) {
            entry.error("has two addresses of one family", "write one IPv4 and one IPv6 address at most");
        }
        return !twice;
    }

    private Optional<RelayAddress> single(Entry entry) {
        return local(entry).map(address -> new RelayAddress(address, address));
    }

    private Optional<RelayAddress> pair(Section section) {
        try (section) {
            var bind = local(section.at("bind"));
            var announce = literal(section.at("announce"));
            if (bind.isEmpty() || announce.isEmpty()) {
                return Optional.empty();
            }
            if (bind.get().getClass() != announce.get().getClass()) {
                section.at("announce").error("is of another family than bind", "write two IPv4 or two IPv6 addresses");
                return Optional.empty();
            }
            return Optional.of(new RelayAddress(bind.get(), announce.get()));
        }
    }

    private static Optional<InetAddress> local(Entry entry) {
        var address = literal(entry);
        if (address.isPresent() && (address.get().isAnyLocalAddress() || address.get().isMulticastAddress())) {
            entry.error("is not a single address: " + Entry.quoted(NetUtil.toAddressString(address.get())),
                    "write one that `ip address` shows");
            return Optional.empty();
        }
        return address;
    }

    private static Optional<InetAddress> literal(Entry entry) {
        var text = entry.text().map(String::strip).orElse("");
        if (NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text) && !text.startsWith("[")) {
            return Optional.of(NetUtil.createInetAddressFromIpAddressString(text));
        }
        entry.error(text.isEmpty() ? "is missing" : "is not an address: " + Entry.quoted(text),
                "write an IPv4 address, or an IPv6 address without brackets");
        return Optional.empty();
    }
}

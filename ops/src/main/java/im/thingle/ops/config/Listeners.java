// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads every address to bind, and finds those that leave no room for each other. Confined to its reader's thread. */
final class Listeners {
    private final List<Bound> bound = new ArrayList<>();

    /** Protocols whose ports are apart. */
    enum Protocol { TCP, UDP }

    private record Bound(Entry entry, InetSocketAddress address, Protocol protocol, boolean shared) {}

    /** One that needs its port for itself. */
    Optional<InetSocketAddress> read(Entry entry) {
        return read(entry, Protocol.TCP, false);
    }

    /** One of the STUN/TURN server, which tells apart what comes in on one port. */
    Optional<InetSocketAddress> readTurn(Entry entry, Protocol protocol) {
        return read(entry, protocol, true);
    }

    private Optional<InetSocketAddress> read(Entry entry, Protocol protocol, boolean shared) {
        var address = ListenAddress.read(entry);
        address.ifPresent(found -> bound.add(new Bound(entry, found, protocol, shared)));
        return address;
    }

    void checkClashes() {
        for (var later = 1; later < bound.size(); later++) {
            for (var earlier : bound.subList(0, later)) {
                check(earlier, bound.get(later));
            }
        }
    }

    private static void check(Bound earlier, Bound mine) {
        if (earlier.protocol() != mine.protocol() || !ListenAddress.clash(earlier.address(), mine.address())
                || earlier.shared() && mine.shared() && live(earlier, mine)) {
            return;
        }
        mine.entry().error("clashes with " + earlier.entry().key() + " at " + earlier.entry().place()
                + ": both want port " + mine.address().getPort(), "give one of them another port");
    }

    /** Two kinds of client on the very same address, or the wildcards of both families. */
    private static boolean live(Bound one, Bound other) {
        var same = one.address().equals(other.address());
        return same && !one.entry().key().equals(other.entry().key())
                || !same && one.address().getAddress().isAnyLocalAddress()
                        && other.address().getAddress().isAnyLocalAddress();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.Settings;
import im.thingle.relay.turn.RelayAddress;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the addresses whose ports TURN clients are lent, where the operator has not written them: the first IPv4 and
 * the first IPv6 address of those that are announced. Blocks while names are looked up.
 */
final class RelaySearch {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.turn");

    private RelaySearch() {}

    static List<RelayAddress> of(Settings settings) throws IOException {
        if (!settings.turn().relayAddresses().isEmpty()) {
            return settings.turn().relayAddresses();
        }
        var announced = announced(settings);
        var found = new ArrayList<RelayAddress>();
        Stream.<Predicate<InetAddress>>of(address -> address.getAddress().length == 4,
                        address -> address.getAddress().length == 16)
                .forEach(family -> announced.stream().filter(family).findFirst().ifPresent(first -> add(first, found)));
        if (found.isEmpty()) {
            throw new IOException("no address of this machine belongs to public-addresses ("
                    + String.join(", ", settings.publicAddresses()) + "); write thingle.turn.relay-addresses");
        }
        return found;
    }

    private static List<InetAddress> announced(Settings settings) {
        if (settings.publicAddresses().isEmpty()) {
            return settings.bytestreams().listen().stream().map(each -> each.getAddress()).toList();
        }
        return settings.publicAddresses().stream().map(RelaySearch::lookUp).flatMap(Function.identity()).toList();
    }

    private static Stream<InetAddress> lookUp(String nameOrAddress) {
        try {
            return Arrays.stream(InetAddress.getAllByName(nameOrAddress));
        } catch (UnknownHostException unknown) {
            LOG.warn("the name {} of public-addresses leads nowhere, so calls are not relayed through it",
                    nameOrAddress);
            return Stream.empty();
        }
    }

    private static void add(InetAddress announced, List<RelayAddress> found) {
        if (LocalAddresses.isOwn(announced)) {
            found.add(new RelayAddress(announced, announced));
            return;
        }
        LocalAddresses.towards(announced).ifPresentOrElse(
                bind -> found.add(new RelayAddress(bind, announced)),
                () -> LOG.warn("no route leads to the public address {}, so calls are not relayed through it",
                        NetUtil.toAddressString(announced)));
    }
}

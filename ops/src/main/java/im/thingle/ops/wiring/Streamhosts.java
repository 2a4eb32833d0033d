// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.signaling.port.Streamhost;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Works out what clients are told to connect to (XEP-0065 §4). */
final class Streamhosts {
    private Streamhosts() {}

    /**
     * Every announced address at every bound port, in the operator's order, because most clients take the first only;
     * without announced addresses exactly what is bound.
     */
    static List<Streamhost> of(List<String> announced, List<InetSocketAddress> bound) {
        if (announced.isEmpty()) {
            return bound.stream()
                    .map(address -> new Streamhost(NetUtil.toAddressString(address.getAddress()), address.getPort()))
                    .toList();
        }
        var hosts = new ArrayList<Streamhost>();
        for (var host : announced) {
            bound.stream().mapToInt(InetSocketAddress::getPort).distinct()
                    .forEach(port -> hosts.add(new Streamhost(host, port)));
        }
        return List.copyOf(hosts);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** The table does what a map does. */
class UdpClientsTest {
    private static final TransportAddress SERVER = new TransportAddress(Family.IPV4, 0, 1, 3478);

    @Property
    void agreesWithAMap(@ForAll long seed, @ForAll @Size(max = 2000) List<Byte> steps) {
        UdpClients table = new UdpClients(seed);
        Map<Integer, UdpClient> map = new HashMap<>();

        // an even number puts a client in, an odd one takes it out
        for (byte step : steps) {
            int port = 1000 + (step >> 1 & 0x3F);
            if ((step & 1) == 0) {
                UdpClient client = client(7, port);
                table.put(client);
                map.put(port, client);
            } else if (map.containsKey(port)) {
                table.remove(map.remove(port));
            }
        }

        assertThat(table.count()).isEqualTo(map.size());
        for (int port = 1000; port < 1064; port++) {
            assertThat(table.find(null, 0, 7, port)).isSameAs(map.get(port));
        }
    }

    @Example
    void growsAndShrinks() {
        UdpClients table = new UdpClients(1);
        UdpClient[] clients = new UdpClient[5000];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = client(i, 5000);
            table.put(clients[i]);
        }
        for (int i = 0; i < clients.length; i += 2) {
            table.remove(clients[i]);
        }
        for (int i = 0; i < clients.length; i++) {
            assertThat(table.find(null, 0, i, 5000)).isSameAs(i % 2 == 0 ? null : clients[i]);
        }
        for (int i = 1; i < clients.length; i += 2) {
            table.remove(clients[i]);
        }
        assertThat(table.count()).isZero();
    }

    @Example
    void tellsAddressesApartByEveryPart() {
        UdpClients table = new UdpClients(1);
        UdpClient client = client(7, 5000);
        table.put(client);

        assertThat(table.find(null, 0, 7, 5000)).isSameAs(client);
        assertThat(table.find(null, 1, 7, 5000)).isNull();
        assertThat(table.find(null, 0, 8, 5000)).isNull();
        assertThat(table.find(null, 0, 7, 5001)).isNull();
        table.remove(client(7, 5000)); // another one at the same address
        assertThat(table.find(null, 0, 7, 5000)).isSameAs(client);
    }

    private static UdpClient client(long low, int port) {
        TransportAddress address = new TransportAddress(Family.IPV4, 0, low, port);
        return UdpClient.here(null, null, new FiveTuple(ClientTransport.UDP, address, SERVER), null);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The small tables of an allocation against plain maps. */
class AllocationTablesTest {
    @Property(tries = 200)
    void permissionsAreAMapOfAddresses(@ForAll long seed) {
        Random random = new Random(seed);
        PermissionTable table = new PermissionTable();
        Map<TransportAddress, Long> model = new HashMap<>();
        long now = random.nextLong();
        for (int i = 0; i < 300; i++) {
            now += random.nextInt(20);
            TransportAddress peer = peer(random, 0);
            long time = now;
            switch (random.nextInt(8)) {
                case 0 -> {
                    table.sweep(now);
                    model.values().removeIf(until -> until - time <= 0);
                }
                case 1 -> {
                    if (random.nextInt(10) == 0) {
                        table.clear(peer.family());
                        model.keySet().removeIf(other -> other.family() == peer.family());
                    }
                }
                default -> {
                    long until = now + random.nextInt(200);
                    table.install(peer.family(), peer.high(), peer.low(), until);
                    model.put(peer, until);
                }
            }
            TransportAddress asked = peer(random, 0);
            Long until = model.get(asked);
            assertThat(table.permits(asked.family(), asked.high(), asked.low(), now))
                    .isEqualTo(until != null && until - now > 0);
            assertThat(table.count()).isEqualTo(model.size());
        }
        long limit = now + 100;
        long start = now;
        long earliest = model.values().stream().mapToLong(until -> until - start).min().orElse(100);
        assertThat(table.earliest(limit) - now).isEqualTo(Math.min(100, earliest));
    }

    @Property(tries = 200)
    void channelsAreAMapBothWays(@ForAll long seed) {
        Random random = new Random(seed);
        ChannelTable table = new ChannelTable();
        Map<Integer, Channel> byNumber = new HashMap<>();
        Map<TransportAddress, Channel> byPeer = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            int number = 0x4000 + random.nextInt(40) * 37 % 0x1000;
            TransportAddress peer = peer(random, random.nextInt(3));
            Channel known = byNumber.get(number);
            if (known != null && random.nextInt(3) == 0) {
                table.remove(known);
                byNumber.remove(number);
                byPeer.remove(known.peer());
            } else if (known == null && !byPeer.containsKey(peer)) {
                Channel channel = new Channel(number, peer, 0);
                table.add(channel);
                byNumber.put(number, channel);
                byPeer.put(peer, channel);
            }
            assertThat(table.find(number)).isSameAs(byNumber.get(number));
            assertThat(table.find(peer)).isSameAs(byPeer.get(peer));
            assertThat(table.count()).isEqualTo(byNumber.size());
        }
        assertThat(table.all()).containsExactlyInAnyOrderElementsOf(byNumber.values());
    }

    private static TransportAddress peer(Random random, int port) {
        long low = random.nextInt(30) + 1;
        return random.nextBoolean()
                ? new TransportAddress(Family.IPV4, 0, low, port)
                : new TransportAddress(Family.IPV6, 0x2001L << 48, low, port);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.net.EventLoops;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DestinationsTest {
    private Destinations destinations;

    @BeforeEach
    void onLinuxOnly() {
        Assumptions.assumeTrue(EventLoops.epollAvailable());
        destinations = new Destinations(new SocketCalls());
    }

    @AfterEach
    void free() {
        if (destinations != null) {
            destinations.free();
        }
    }

    @Test
    void keepsAddressesOfBothFamilies() {
        TransportAddress ipv4 = new TransportAddress(Family.IPV4, 0, 0xC0000201L, 65_535);
        TransportAddress ipv6 = new TransportAddress(Family.IPV6, 0x20010db800000000L, 0xFFFF_FFFF_0000_0001L, 1);

        assertThat(destinations.add(ipv4).address()).isEqualTo(ipv4);
        assertThat(destinations.add(ipv6).address()).isEqualTo(ipv6);
    }

    @Test
    void givesAPlaceOutAgainAfterTheFlushOnly() {
        NativeDestination first = destinations.add(address(1));
        first.close();

        assertThat(destinations.add(address(2)).name()).isNotEqualTo(first.name());
        destinations.flushed();
        assertThat(destinations.add(address(3)).name()).isEqualTo(first.name());
    }

    @Test
    void neverHasTwoInOnePlace() {
        Random random = new Random(1);
        Deque<NativeDestination> open = new ArrayDeque<>();
        Set<Long> pointedTo = new HashSet<>();
        Set<Long> retired = new HashSet<>();

        for (int i = 0; i < 50_000; i++) {
            if (random.nextInt(100) == 0) {
                destinations.flushed();
                pointedTo.removeAll(retired);
                retired.clear();
            } else if (!open.isEmpty() && random.nextInt(5) < 2) {
                NativeDestination closed = random.nextBoolean() ? open.pollFirst() : open.pollLast();
                closed.close();
                closed.close();
                retired.add(closed.name());
            } else {
                NativeDestination added = destinations.add(address(i));
                assertThat(pointedTo.add(added.name())).isTrue();
                open.add(added);
            }
        }
        assertThat(open).hasSizeGreaterThan(8_192); // more than two chunks
    }

    private static TransportAddress address(int low) {
        return new TransportAddress(Family.IPV4, 0, low, 9);
    }
}

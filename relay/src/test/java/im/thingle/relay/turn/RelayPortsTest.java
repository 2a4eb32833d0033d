// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.relay.turn.RelayPorts.Lease;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.auth.Entropy;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RelayPortsTest {
    private final Entropy entropy = new SecureEntropy();

    @Property(tries = 100)
    void givesEachPortOnceAndAllOfThem(
            @ForAll @IntRange(min = 1, max = 65000) int first, @ForAll @IntRange(min = 1, max = 200) int size) {
        PortPool pool = new PortPool(new PortRange(first, first + size - 1));
        Set<Integer> taken = new HashSet<>();

        for (int i = 0; i < size; i++) {
            taken.add(pool.take(entropy));
        }

        assertThat(taken).hasSize(size).allMatch(port -> port >= first && port < first + size);
        assertThat(pool.take(entropy)).isEqualTo(PortPool.NONE);
        assertThat(pool.inUse()).isEqualTo(size);
        taken.forEach(pool::giveBack);
        assertThat(pool.inUse()).isZero();
    }

    @Property(tries = 100)
    void givesEvenPortsAndPairs(
            @ForAll @IntRange(min = 1, max = 65000) int first, @ForAll @IntRange(min = 1, max = 100) int size) {
        PortPool pool = new PortPool(new PortRange(first, first + size - 1));
        int pairs = 0;

        for (int port = pool.takePair(entropy); port != PortPool.NONE; port = pool.takePair(entropy)) {
            assertThat(port % 2).isZero();
            assertThat(port).isBetween(first, first + size - 2);
            pairs++;
        }

        assertThat(pairs).isEqualTo((size - (first & 1)) / 2);
        assertThat(pool.inUse()).isEqualTo(2 * pairs);
        int even = pool.takeEven(entropy);
        assertThat(even == PortPool.NONE || even % 2 == 0).isTrue();
    }

    @Example
    void noticesAPortGivenBackTwice() {
        PortPool pool = new PortPool(PortRange.DYNAMIC);
        int port = pool.take(entropy);
        pool.giveBack(port);

        assertThatThrownBy(() -> pool.giveBack(port)).isInstanceOf(IllegalStateException.class);
    }

    @Example
    void keepsAPortForWhoHasTheTokenForHalfAMinute() {
        RelayPorts ports = ports("127.0.0.1", "127.0.0.1", new PortRange(50000, 50001));
        Lease[] pair = ports.takePair(Family.IPV4, entropy);
        byte[] token = ports.reserve(pair[1], entropy, 0);

        assertThat(ports.claim(new byte[8], 1)).isNull();
        assertThat(ports.claim(new byte[3], 1)).isNull();
        assertThat(ports.claim(token, RelayPorts.RESERVED_NANOS - 1).bind().port()).isEqualTo(50001);
        assertThat(ports.claim(token, 1)).as("only once").isNull();
    }

    /** Whoever asks again and again gives the allocation back each time; no quota knows of the port that is kept. */
    @Example
    void keepsOneOfEightPortsAtMost() {
        RelayPorts ports = ports("127.0.0.1", "127.0.0.1", new PortRange(50000, 50799));
        int kept = 0;

        for (Lease[] pair = ports.takePairToReserve(Family.IPV4, entropy); pair != null; kept++) {
            pair[0].close();
            ports.reserve(pair[1], entropy, 0);
            pair = ports.takePairToReserve(Family.IPV4, entropy);
        }

        assertThat(kept).isEqualTo(100);
        assertThat(ports.inUse()).isEqualTo(100);
        assertThat(ports.take(Family.IPV4, false, entropy)).isNotNull();
        assertThat(ports.takePair(Family.IPV4, entropy)).as("for who keeps nothing").hasSize(2);
        ports.sweep(RelayPorts.RESERVED_NANOS);
        assertThat(ports.takePairToReserve(Family.IPV4, entropy)).isNotNull();
    }

    @Example
    void givesBackWhatWasKeptInVain() {
        RelayPorts ports = ports("127.0.0.1", "127.0.0.1", new PortRange(50000, 50003));
        byte[] late = ports.reserve(ports.takePair(Family.IPV4, entropy)[1], entropy, 0);
        ports.reserve(ports.takePair(Family.IPV4, entropy)[1], entropy, 0);
        assertThat(ports.inUse()).isEqualTo(4);

        ports.sweep(RelayPorts.RESERVED_NANOS - 1);
        assertThat(ports.inUse()).isEqualTo(4);
        assertThat(ports.claim(late, RelayPorts.RESERVED_NANOS)).isNull();
        assertThat(ports.inUse()).isEqualTo(3);
        ports.sweep(RelayPorts.RESERVED_NANOS);
        assertThat(ports.inUse()).isEqualTo(2);
    }

    @Example
    void tellsTheAnnouncedAddressAndReachesItsOwnAtTheBoundOne() {
        RelayPorts ports = ports("10.0.0.5", "203.0.113.7", PortRange.DYNAMIC);
        Lease lease = ports.take(Family.IPV4, false, entropy);

        assertThat(lease.bind()).isEqualTo(address("10.0.0.5", lease.bind().port()));
        assertThat(lease.announced()).isEqualTo(address("203.0.113.7", lease.bind().port()));
        assertThat(ports.reachable(lease.announced())).isEqualTo(lease.bind());
        assertThat(ports.known(lease.bind())).isEqualTo(lease.announced());
        assertThat(ports.reachable(address("203.0.113.7", 443))).isEqualTo(address("203.0.113.7", 443));
        assertThat(ports.reachable(address("192.0.2.1", 50000))).isEqualTo(address("192.0.2.1", 50000));
        assertThat(ports.has(Family.IPV6)).isFalse();
    }

    private static RelayPorts ports(String bind, String announced, PortRange range) {
        return new RelayPorts(
                List.of(new RelayAddress(InetAddress.ofLiteral(bind), InetAddress.ofLiteral(announced))), range);
    }

    private static TransportAddress address(String text, int port) {
        return TransportAddress.of(InetAddress.ofLiteral(text).getAddress(), port);
    }
}

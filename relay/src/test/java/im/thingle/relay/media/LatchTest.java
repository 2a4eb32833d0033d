// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.PeerPolicy;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class LatchTest {
    private static final TransportAddress FIRST = at("9.9.9.9", 40_000);

    private final Latch latch = new Latch(PeerPolicy.builder().build());

    @Test
    void belongsToTheFirstWhoComes() {
        assertThat(latch.source()).isNull();

        assertThat(admits(FIRST)).isTrue();

        assertThat(latch.source()).isEqualTo(FIRST);
        assertThat(admits(at("9.9.9.9", 40_001))).as("another port").isFalse();
        assertThat(admits(at("9.9.9.8", 40_000))).as("another host").isFalse();
        assertThat(admits(at("2001:db9::909:909", 40_000))).as("another family").isFalse();
        assertThat(admits(FIRST)).isTrue();
        assertThat(latch.source()).isEqualTo(FIRST);
    }

    @Test
    void isNeverThatOfWhoMayBeNoPeer() {
        assertThat(admits(at("127.0.0.1", 40_000))).isFalse();
        assertThat(admits(at("10.0.0.1", 40_000))).isFalse();
        assertThat(admits(at("9.9.9.9", 53))).as("a service's port: it would be answered there").isFalse();
        assertThat(latch.source()).isNull();

        assertThat(admits(FIRST)).isTrue();
    }

    @Test
    void knowsIpv6ByAllItsBits() {
        assertThat(admits(at("2606:4700::1:1", 40_000))).isTrue();

        assertThat(admits(at("2606:4701::1:1", 40_000))).isFalse();
        assertThat(admits(at("2606:4700::1:2", 40_000))).isFalse();
        assertThat(admits(at("2606:4700::1:1", 40_000))).isTrue();
    }

    private boolean admits(TransportAddress source) {
        return latch.admits(source.family(), source.high(), source.low(), source.port());
    }

    private static TransportAddress at(String address, int port) {
        return TransportAddress.of(InetAddress.ofLiteral(address).getAddress(), port);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.Streamhost;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamhostsTest {
    @Test
    void keepsTheOperatorsOrder() {
        var bound = List.of(new InetSocketAddress("::", 5000), new InetSocketAddress("::", 443));

        assertThat(Streamhosts.of(List.of("proxy.example.org", "203.0.113.7", "2001:db8::7"), bound)).containsExactly(
                new Streamhost("proxy.example.org", 5000),
                new Streamhost("proxy.example.org", 443),
                new Streamhost("203.0.113.7", 5000),
                new Streamhost("203.0.113.7", 443),
                new Streamhost("2001:db8::7", 5000),
                new Streamhost("2001:db8::7", 443));
    }

    @Test
    void announcesAPortOnceThoughBoundOnTwoAddresses() {
        var bound = List.of(new InetSocketAddress("10.0.0.7", 5000), new InetSocketAddress("fd00::7", 5000));

        assertThat(Streamhosts.of(List.of("203.0.113.7"), bound)).containsExactly(new Streamhost("203.0.113.7", 5000));
    }

    @Test
    void announcesExactlyWhatIsBoundWhenNothingIsConfigured() {
        var bound = List.of(new InetSocketAddress("10.0.0.7", 5000), new InetSocketAddress("2001:db8:0:0:0:0:0:7",
                5001));

        assertThat(Streamhosts.of(List.of(), bound))
                .containsExactly(new Streamhost("10.0.0.7", 5000), new Streamhost("2001:db8::7", 5001));
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.config.RelayNodesSettings;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.media.ChannelRefusal;
import im.thingle.relay.media.ChannelService;
import im.thingle.relay.media.ChannelSettings;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.relay.turn.PortRange;
import im.thingle.relay.turn.RelayAddress;
import im.thingle.relay.turn.RelayPorts;
import im.thingle.signaling.port.ChannelOutcome;
import im.thingle.signaling.port.ChannelRequest;
import im.thingle.stun.turn.PeerPolicy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelsAdapterTest {
    private static final RelayNodesSettings SETTINGS =
            new RelayNodesSettings(true, 1, 0, Duration.ofSeconds(90), 120);

    @ParameterizedTest
    @CsvSource({
        "CHANNELS_PER_JID, ACCOUNT_LIMIT",
        "BYTES_PER_DAY, ACCOUNT_LIMIT",
        "CHANNELS_TOTAL, LIMIT",
        "PORTS_EXHAUSTED, NO_PORTS",
        "OUT_OF_DESCRIPTORS, NO_PORTS",
        "DRAINING, DRAINING",
        "FAULT, FAILED",
    })
    void tellsSignalingWhyThereIsNoChannel(ChannelRefusal why, ChannelOutcome.Reason reason) {
        assertThat(ChannelsAdapter.outcome(why)).isEqualTo(new ChannelOutcome.Refused(reason));
    }

    @Test
    void announcesTheAddressOfTheRelayWithItsTerms() throws Exception {
        var relay = new RelayAddress(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("203.0.113.7"));
        var settings = new ChannelSettings(new RelayPorts(List.of(relay), PortRange.DYNAMIC),
                PeerPolicy.builder().build(), SETTINGS.channelsPerJid(), 0, SETTINGS.idleTimeout(), 120, Duration.ZERO);
        try (var loops = EventLoops.open(Transport.NIO, 1);
                var service = ChannelService.start(settings, loops, new Accounts(0, 0, () -> 0), new ChannelFanOut())) {
            var adapter = new ChannelsAdapter(service.commands(), SETTINGS);

            var opened = (ChannelOutcome.Opened) ask(adapter);

            assertThat(opened.host()).isEqualTo("203.0.113.7");
            assertThat(opened.localPort()).isBetween(49152, 65534).isNotEqualTo(opened.remotePort());
            assertThat(opened.remotePort() % 2).isZero();
            assertThat(opened.maxKbps()).isEqualTo(120);
            assertThat(opened.expireSeconds()).isEqualTo(90);
            assertThat(ask(adapter)).isEqualTo(new ChannelOutcome.Refused(ChannelOutcome.Reason.ACCOUNT_LIMIT));
        }
    }

    private static ChannelOutcome ask(ChannelsAdapter adapter) throws Exception {
        var answer = new CompletableFuture<ChannelOutcome>();
        adapter.open(new ChannelRequest("romeo@montague.lit", "romeo@montague.lit/orchard"), answer::complete);
        return answer.get(10, TimeUnit.SECONDS);
    }
}

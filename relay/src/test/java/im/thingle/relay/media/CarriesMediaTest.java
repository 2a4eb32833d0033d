// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.Accounts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes through a channel and what does not (XEP-0278 §4 and §5.1), with each engine. */
@Timeout(60)
class CarriesMediaTest {
    static Stream<ChannelServer.Choice> engines() {
        return ChannelServer.engines();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void carriesPacketsBothWays(ChannelServer.Choice choice) throws Exception {
        try (ChannelServer server = choice.start(); Party romeo = new Party(); Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            meet(server, channel, romeo, juliet);

            int bytes = 0;
            for (int length : new int[] {1, 12, 172, 1200, 1472}) {
                byte[] packet = new byte[length];
                ThreadLocalRandom.current().nextBytes(packet);
                romeo.send(channel.local(), 0, packet);
                assertThat(juliet.receive(channel.remote().port())).isEqualTo(packet);
                juliet.send(channel.remote(), 0, packet);
                assertThat(romeo.receive(channel.local().port())).isEqualTo(packet);
                bytes += length;
            }

            ChannelReport so = server.list().getFirst();
            assertThat(so.bytesFromRequester()).isEqualTo(bytes + "wherefore".length());
            assertThat(so.bytesFromRemote()).isEqualTo(bytes + "good night".length());
            assertThat(so.packetsFromRequester()).isEqualTo(so.packetsFromRemote()).isEqualTo(6);
            assertThat(so.requesterSource()).isEqualTo(romeo.address());
            assertThat(so.remoteSource()).isEqualTo(juliet.address());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void carriesRtcpOnThePortsAbove(ChannelServer.Choice choice) throws Exception {
        try (ChannelServer server = choice.start(); Party romeo = new Party(); Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            assertThat(channel.local().port() % 2).isZero();
            assertThat(channel.remote().port() % 2).isZero();
            byte[] report = {(byte) 0x80, (byte) 200, 0, 1};

            juliet.send(channel.remote(), 1, new byte[] {1});
            server.awaitThat(channel, so -> so.remoteSource() != null);
            romeo.send(channel.local(), 1, report);

            assertThat(juliet.receive(channel.remote().port() + 1)).isEqualTo(report);
            juliet.send(channel.remote(), 1, report);
            assertThat(romeo.receive(channel.local().port() + 1)).isEqualTo(report);
            assertThat(server.list().getFirst().packetsFromRequester()).isOne();
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void dropsStrangers(ChannelServer.Choice choice) throws Exception {
        try (ChannelServer server = choice.start();
                Party romeo = new Party();
                Party juliet = new Party();
                Party tybalt = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            meet(server, channel, romeo, juliet);
            long droppedBefore = server.list().getFirst().packetsDropped();

            tybalt.send(channel.local(), "peace? I hate the word");
            tybalt.send(channel.remote(), "peace? I hate the word");
            romeo.send(channel.local(), "by whose direction");
            juliet.send(channel.remote(), "by love");

            assertThat(juliet.text(channel.remote())).isEqualTo("by whose direction");
            assertThat(romeo.text(channel.local())).isEqualTo("by love");
            assertThat(tybalt.drain()).isZero();
            assertThat(server.list().getFirst().packetsDropped()).isEqualTo(droppedBefore + 2);
        }
    }

    @Test
    void sendsNothingToWhoHasSentNothing() throws Exception {
        try (ChannelServer server = ChannelServer.with().start();
                Party romeo = new Party();
                Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            romeo.send(channel.local(), "into the dark");
            romeo.send(channel.local(), "into the dark");
            server.awaitThat(channel, so -> so.packetsDropped() == 2);

            juliet.send(channel.remote(), "who is it");

            assertThat(romeo.text(channel.local())).isEqualTo("who is it");
            ChannelReport so = server.list().getFirst();
            assertThat(so.packetsDropped()).isEqualTo(2);
            assertThat(so.bytesFromRequester()).isZero();
            assertThat(juliet.drain()).isZero();
        }
    }

    @Test
    void listensToNobodyWhoMayBeNoPeer() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.allowed = List.of("127.0.0.2/32");
        try (ChannelServer server = choice.start();
                Party romeo = new Party("127.0.0.2");
                Party juliet = new Party("127.0.0.2");
                Party lan = new Party("127.0.0.3")) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);

            lan.send(channel.remote(), "an answer that was never asked for");
            meet(server, channel, romeo, juliet);

            assertThat(server.list().getFirst().remoteSource()).isEqualTo(juliet.address());
        }
    }

    @Test
    void carriesIpv6WhereThereIsNothingElse() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.relays = List.of(ChannelServer.relay("::1", "::1"));
        try (ChannelServer server = choice.start();
                Party romeo = new Party("::1");
                Party juliet = new Party("::1")) {
            meet(server, server.open(ChannelServer.ROMEO), romeo, juliet);
        }
    }

    @Test
    void dropsWhatIsOverItsRate() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.kbps = 120; // 15,000 bytes per second
        try (ChannelServer server = choice.start(); Party romeo = new Party(); Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            meet(server, channel, romeo, juliet);

            // a second's worth at once, a tenth that was saved up, and the packet that made the debt
            assertThat(burst(server, channel, romeo, juliet)).isBetween(15L, 17L);
            assertThat(burst(server, channel, romeo, juliet)).isZero();
            server.advance(Duration.ofSeconds(1));
            assertThat(burst(server, channel, romeo, juliet)).isBetween(14L, 16L);
            assertThat(server.list().getFirst().packetsDropped()).isGreaterThan(60);
        }
    }

    @Test
    void obeysTheRateOfItsAccount() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.accounts = new Accounts(15_000, 0, () -> 0);
        try (ChannelServer server = choice.start(); Party romeo = new Party(); Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            meet(server, channel, romeo, juliet);

            assertThat(burst(server, channel, romeo, juliet)).isBetween(14L, 18L);
        }
    }

    /** Sends many packets at once and tells how many of them arrive. */
    private static long burst(ChannelServer server, ChannelReport channel, Party from, Party to) throws Exception {
        ChannelReport before = server.list().getFirst();
        for (int i = 0; i < 40; i++) {
            from.send(channel.local(), 0, new byte[1000]);
        }
        server.awaitThat(channel, so -> seen(so) == seen(before) + 40);
        long carried = server.list().getFirst().packetsFromRequester() - before.packetsFromRequester();
        for (int i = 0; i < carried; i++) {
            assertThat(to.receive(channel.remote().port())).hasSize(1000);
        }
        return carried;
    }

    private static long seen(ChannelReport report) {
        return report.packetsFromRequester() + report.packetsDropped();
    }

    /** Each hears something of the other. */
    static void meet(ChannelServer server, ChannelReport channel, Party requester, Party other) throws Exception {
        other.send(channel.remote(), "anybody there");
        // else the next packet, to another port, may be the first
        server.awaitThat(channel, so -> so.remoteSource() != null);
        requester.send(channel.local(), "wherefore");
        assertThat(other.text(channel.remote())).isEqualTo("wherefore");
        other.send(channel.remote(), "good night");
        assertThat(requester.text(channel.local())).isEqualTo("good night");
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.turn.PortRange;
import im.thingle.relay.turn.RelayPorts.Lease;
import im.thingle.relay.turn.SecureEntropy;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How channels come and go: limits, ports, silence, commands, drain. */
@Timeout(60)
class ChannelLifeTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void endsAfterAMinuteWithoutAnyPacket() throws Exception {
        try (ChannelServer server = ChannelServer.with().start()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            assertThat(server.ports.inUse()).isEqualTo(4);

            server.advance(ChannelServer.IDLE.minus(SECOND));
            assertThat(server.list()).hasSize(1);
            server.advance(SECOND);

            ChannelReport report = ChannelServer.next(server.reports);
            assertThat(report.id()).isEqualTo(channel.id()).matches("[0-9a-f]{16}");
            assertThat(report.reason()).isEqualTo(ChannelEnd.IDLE);
            assertThat(report.durationNanos()).isEqualTo(ChannelServer.IDLE.toNanos());
            assertThat(report.requesterSource()).isNull();
            assertThat(server.ports.inUse()).isZero();
            assertThat(server.service.gauges().channels()).isZero();
        }
    }

    /** Who is on hold, or hears somebody out, is silent for as long as it takes. */
    @Test
    void livesWhileOneSideSends() throws Exception {
        try (ChannelServer server = ChannelServer.with().start();
                Party romeo = new Party();
                Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            CarriesMediaTest.meet(server, channel, romeo, juliet);

            for (int i = 0; i < 3; i++) {
                server.advance(ChannelServer.IDLE.minus(SECOND));
                romeo.send(channel.local(), "still here");
                assertThat(juliet.text(channel.remote())).isEqualTo("still here");
            }
            server.advance(ChannelServer.IDLE);

            assertThat(ChannelServer.next(server.reports).packetsFromRemote()).isOne();
        }
    }

    @Test
    void isNotKeptOpenByStrangers() throws Exception {
        try (ChannelServer server = ChannelServer.with().start();
                Party romeo = new Party();
                Party juliet = new Party();
                Party tybalt = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            CarriesMediaTest.meet(server, channel, romeo, juliet);
            server.advance(ChannelServer.IDLE.minus(SECOND));
            long dropped = server.list().getFirst().packetsDropped();

            tybalt.send(channel.local(), "turn thee");
            server.awaitThat(channel, so -> so.packetsDropped() > dropped);
            server.advance(SECOND);

            assertThat(ChannelServer.next(server.reports).reason()).isEqualTo(ChannelEnd.IDLE);
        }
    }

    @Test
    void limitsTheChannelsOfAnAccountAndOfAll() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.perJid = 2;
        choice.all = 3;
        try (ChannelServer server = choice.start()) {
            ChannelReport first = server.open(ChannelServer.ROMEO);
            server.open(ChannelServer.ROMEO);

            assertThat(server.refusal(ChannelServer.ROMEO)).isEqualTo(ChannelRefusal.CHANNELS_PER_JID);
            server.open(ChannelServer.JULIET);
            assertThat(server.refusal(ChannelServer.JULIET)).isEqualTo(ChannelRefusal.CHANNELS_TOTAL);
            assertThat(server.refusals)
                    .containsExactly(ChannelRefusal.CHANNELS_PER_JID, ChannelRefusal.CHANNELS_TOTAL);

            assertThat(end(server, first.id())).isTrue();
            server.open(ChannelServer.ROMEO);
        }
    }

    @Test
    void givesPortsAndPlacesBackThoughItsBytesCannotBeBooked() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        ChannelServer.Choice choice = ChannelServer.with();
        choice.perJid = 1;
        choice.accounts = new Accounts(0, 0, () -> {
            if (broken.get()) {
                throw new IllegalStateException("no calendar");
            }
            return 0;
        });
        try (ChannelServer server = choice.start();
                Party romeo = new Party();
                Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            CarriesMediaTest.meet(server, channel, romeo, juliet);
            broken.set(true);
            romeo.send(channel.local(), "carried, not booked");
            assertThat(juliet.text(channel.remote())).isEqualTo("carried, not booked");

            assertThat(end(server, channel.id())).isTrue();

            assertThat(server.ports.inUse()).isZero();
            assertThat(server.service.gauges().channels()).isZero();
            assertThat(ChannelServer.next(server.reports).reason()).isEqualTo(ChannelEnd.ENDED);
            assertThat(server.bugsAt).as("one line in the log for all channels").containsExactly("channel");
            broken.set(false);
            server.open(ChannelServer.ROMEO);
            server.bugs.clear();
        }
    }

    @Test
    void refusesWhenNoPairsOfPortsAreLeft() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.range = freePorts(6);
        try (ChannelServer server = choice.start()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);

            assertThat(server.refusal(ChannelServer.JULIET)).isEqualTo(ChannelRefusal.PORTS_EXHAUSTED);

            assertThat(server.ports.inUse()).as("half a channel is none").isEqualTo(4);
            end(server, channel.id());
            server.open(ChannelServer.JULIET);
        }
    }

    @Test
    void sharesItsPortsWithWhateverElseRelays() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.range = freePorts(4);
        try (ChannelServer server = choice.start()) {
            Lease[] allocation = server.ports.takePair(Family.IPV4, new SecureEntropy());

            assertThat(server.refusal(ChannelServer.ROMEO)).isEqualTo(ChannelRefusal.PORTS_EXHAUSTED);

            allocation[0].close();
            allocation[1].close();
            server.open(ChannelServer.ROMEO);
        }
    }

    @Test
    void refusesWhenOtherProcessesHaveThePorts() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.range = freePorts(4);
        try (DatagramSocket _ = new DatagramSocket(choice.range.first() + 1, InetAddress.ofLiteral("127.0.0.1"));
                DatagramSocket _ = new DatagramSocket(choice.range.first() + 2, InetAddress.ofLiteral("127.0.0.1"));
                ChannelServer server = choice.start()) {
            assertThat(server.refusal(ChannelServer.ROMEO)).isEqualTo(ChannelRefusal.PORTS_EXHAUSTED);
            assertThat(server.ports.inUse()).isZero();
            assertThat(server.service.gauges().channels()).isZero();
        }
    }

    @Test
    void announcesTheAddressThatTheWorldSees() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.relays = List.of(ChannelServer.relay("127.0.0.1", "203.0.113.7"));
        try (ChannelServer server = choice.start()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);

            assertThat(InetAddress.getByAddress(channel.local().address()))
                    .isEqualTo(InetAddress.getByAddress(channel.remote().address()))
                    .isEqualTo(InetAddress.ofLiteral("203.0.113.7"));
        }
    }

    @Test
    void givesEachChannelPortsAndAnIdOfItsOwn() throws Exception {
        try (ChannelServer server = ChannelServer.with().start()) {
            Set<Object> seen = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                ChannelReport channel = server.open(ChannelServer.ROMEO);
                seen.addAll(List.of(channel.id(), channel.local(), channel.remote()));
            }

            assertThat(seen).hasSize(60);
            assertThat(server.list()).hasSize(20).allMatch(each -> each.reason() == null);
            assertThat(server.service.gauges().channels()).isEqualTo(20);
        }
    }

    @Test
    void endsOneOrAllOfAnAccount() throws Exception {
        try (ChannelServer server = ChannelServer.with().start()) {
            ChannelReport first = server.open(ChannelServer.ROMEO);
            server.open(ChannelServer.ROMEO);
            server.open(ChannelServer.ROMEO);
            ChannelReport juliets = server.open(ChannelServer.JULIET);

            assertThat(end(server, first.id())).isTrue();
            assertThat(end(server, first.id())).as("it is gone").isFalse();
            CompletableFuture<Integer> ended = new CompletableFuture<>();
            server.service.commands().endAllOf(ChannelServer.ROMEO.account(), ended::complete);

            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(server.list()).extracting(ChannelReport::id).containsExactly(juliets.id());
            List<ChannelReport> reports = new ArrayList<>(server.reports);
            assertThat(reports).hasSize(3).allMatch(report -> report.reason() == ChannelEnd.ENDED);
        }
    }

    @Test
    void endsWhenTheDaysBytesAreCarried() throws Exception {
        ChannelServer.Choice choice = ChannelServer.with();
        choice.accounts = new Accounts(0, 100, () -> 20_000);
        try (ChannelServer server = choice.start(); Party romeo = new Party(); Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            CarriesMediaTest.meet(server, channel, romeo, juliet);
            assertThat(choice.accounts.usage(ChannelServer.ROMEO.account()).channels()).isOne();
            romeo.send(channel.local(), 0, new byte[100]);
            juliet.receive(channel.remote().port());

            server.advance(SECOND);

            ChannelReport report = ChannelServer.next(server.reports);
            assertThat(report.reason()).isEqualTo(ChannelEnd.BYTES_PER_DAY);
            assertThat(choice.accounts.usage(ChannelServer.ROMEO.account()).channelBytes()).isEqualTo(report.bytes());
            assertThat(choice.accounts.usage(ChannelServer.ROMEO.account()).channels()).isZero();
            assertThat(server.refusal(ChannelServer.ROMEO)).isEqualTo(ChannelRefusal.BYTES_PER_DAY);
            server.open(ChannelServer.JULIET);
        }
    }

    @Test
    void addsUpWhatWasCarried() throws Exception {
        try (ChannelServer server = ChannelServer.with().start();
                Party romeo = new Party();
                Party juliet = new Party()) {
            CarriesMediaTest.meet(server, server.open(ChannelServer.ROMEO), romeo, juliet);
            server.advance(SECOND);
            server.advance(SECOND);

            ChannelGauges gauges = server.service.gauges();
            assertThat(gauges).isEqualTo(new ChannelGauges(1, "wherefore".length() + "good night".length(), 2, 1));
        }
    }

    @Test
    void drainsUntilTheDeadline() throws Exception {
        try (ChannelServer server = ChannelServer.with().start();
                Party romeo = new Party();
                Party juliet = new Party()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);

            CompletableFuture<Integer> drained = server.service.drain(Duration.ofSeconds(50));

            assertThat(server.refusal(ChannelServer.JULIET)).isEqualTo(ChannelRefusal.DRAINING);
            CarriesMediaTest.meet(server, channel, romeo, juliet);
            server.advance(Duration.ofSeconds(49));
            assertThat(drained).isNotDone();
            server.advance(SECOND);
            assertThat(drained.get(10, TimeUnit.SECONDS)).isOne();
            assertThat(ChannelServer.next(server.reports).reason()).isEqualTo(ChannelEnd.DRAINED);
        }
    }

    @Test
    void isDrainedWhenTheLastHasEnded() throws Exception {
        try (ChannelServer server = ChannelServer.with().start()) {
            ChannelReport channel = server.open(ChannelServer.ROMEO);
            CompletableFuture<Integer> drained = server.service.drain(Duration.ofHours(1));

            end(server, channel.id());
            server.advance(SECOND);

            assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    private static boolean end(ChannelServer server, String id) throws Exception {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        server.service.commands().end(id, ended::complete);
        return ended.get(10, TimeUnit.SECONDS);
    }

    /** So many ports in a row, the first even, that nobody has at the moment. */
    static PortRange freePorts(int count) throws Exception {
        for (int first = 26000 + (int) (ProcessHandle.current().pid() % 2000) * 2; ; first += count) {
            List<DatagramSocket> sockets = new ArrayList<>();
            try {
                for (int port = first; port < first + count; port++) {
                    sockets.add(new DatagramSocket(port, InetAddress.ofLiteral("127.0.0.1")));
                }
                return new PortRange(first, first + count - 1);
            } catch (BindException taken) {
                // the next ones
            } finally {
                sockets.forEach(DatagramSocket::close);
            }
        }
    }
}

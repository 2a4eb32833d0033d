// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.config.LogSettings;
import im.thingle.relay.turn.StreamRefusal;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.TurnRefusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnLogTest {
    private static final long SECOND = 1_000_000_000L;
    private static final FiveTuple CLIENT = client("198.51.100.5");

    private final Captured captured = new Captured("thingle.turn");
    private final AtomicLong now = new AtomicLong();
    private final TurnLog log = new TurnLog(LogSettings.Addresses.FULL, now::get, name -> name);

    @AfterEach
    void release() {
        captured.close();
    }

    private static TransportAddress at(String address, int port) {
        return TransportAddress.of(InetAddress.ofLiteral(address).getAddress(), port);
    }

    private static FiveTuple client(String address) {
        return new FiveTuple(ClientTransport.UDP, at(address, 40100), at("203.0.113.7", 3478));
    }

    private static AllocationReport report(String user) {
        return new AllocationReport(7, CLIENT, "1700000000:" + user, user, at("203.0.113.7", 50000),
                at("2001:db8::7", 50002), false, 172_000, 1000, 86_000, 500, 3, 2 * SECOND, AllocationEnd.DELETED);
    }

    @Test
    void writesOneLineForAnEndedAllocation() {
        log.ended(report("juliet"));

        assertThat(captured.lines()).containsExactly("INFO  thingle.turn: allocation ended user=juliet"
                + " client=198.51.100.5:40100 transport=udp relayed=203.0.113.7:50000,[2001:db8::7]:50002"
                + " bytes-to-peers=172000 packets-to-peers=1000 bytes-to-client=86000 packets-to-client=500"
                + " packets-dropped=3 duration=2.000s reason=deleted id=c000000000007\n");
    }

    @Test
    void keepsAForgedNameOnOneLine() {
        log.ended(report("juliet\nINFO forged"));

        assertThat(captured.lines()).singleElement().asString().containsOnlyOnce("\n")
                .contains("user=\"juliet\\u000aINFO forged\"");
    }

    @Test
    void masksClientsAndPeersButNotItself() {
        var masked = new TurnLog(LogSettings.Addresses.MASKED, now::get, name -> name);

        masked.ended(report("juliet"));
        masked.refused(TurnRefusal.PEER_FORBIDDEN, CLIENT, "juliet", at("10.1.2.3", 80), "10.0.0.0/8 private use");

        assertThat(captured.lines()).first().asString()
                .contains("client=198.51.100.0:40100").contains("relayed=203.0.113.7:50000");
        assertThat(captured.lines()).last().asString().contains("peer=10.1.2.0:80");
    }

    @Test
    void saysWhoWasRefusedWhichPeerByWhichRule() {
        log.refused(TurnRefusal.PEER_FORBIDDEN, CLIENT, "juliet", at("10.1.2.3", 80), "10.0.0.0/8 private use");

        assertThat(captured.lines()).containsExactly("INFO  thingle.turn: request refused client=198.51.100.5:40100"
                + " transport=udp reason=peer-forbidden user=juliet peer=10.1.2.3:80 rule=\"10.0.0.0/8"
                + " private use\"\n");
    }

    @Test
    void namesTheUserBehindTheNameOnTheWire() {
        var named = new TurnLog(LogSettings.Addresses.FULL, now::get, name -> name.equals("1:tag") ? "juliet@x" : "?");

        named.refused(TurnRefusal.EXPIRED_CREDENTIALS, CLIENT, "1:tag", null, null);

        assertThat(captured.lines()).singleElement().asString().contains(" user=juliet@x");
    }

    /** Names travel in clear, so anybody can say one. */
    @Test
    void saysThatANameWasOnlyClaimed() {
        log.refused(TurnRefusal.BAD_INTEGRITY, CLIENT, "juliet", null, null);
        log.refused(TurnRefusal.UNKNOWN_USER, CLIENT, "juliet", null, null);
        log.refused(TurnRefusal.BAD_REQUEST, CLIENT, "juliet", null, null);
        log.refused(TurnRefusal.EXPIRED_CREDENTIALS, CLIENT, "juliet", null, null);

        assertThat(captured.lines().subList(0, 3)).allSatisfy(line ->
                assertThat(line).contains(" claimed-user=juliet").doesNotContain(" user="));
        assertThat(captured.lines().getLast()).contains(" user=juliet").doesNotContain("claimed");
    }

    @Test
    void keepsRulesApart() {
        log.refused(TurnRefusal.PEER_FORBIDDEN, CLIENT, "juliet", at("10.1.2.3", 80), "10.0.0.0/8 private use");
        log.refused(TurnRefusal.PEER_FORBIDDEN, CLIENT, "juliet", at("127.0.0.1", 80), "127.0.0.0/8 loopback");

        assertThat(captured.lines()).hasSize(2);
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        log.refused(TurnRefusal.UNKNOWN_USER, CLIENT, null, null, null);

        assertThat(captured.lines()).containsExactly("INFO  thingle.turn: request refused client=198.51.100.5:40100"
                + " transport=udp reason=unknown-user\n");
    }

    @Test
    void isSilentAboutHowEveryClientBegins() {
        log.refused(TurnRefusal.UNAUTHENTICATED, CLIENT, null, null, null);
        log.refused(TurnRefusal.STALE_NONCE, CLIENT, null, null, null);

        assertThat(captured.lines()).isEmpty();
    }

    @Test
    void writesOneLineForAFloodFromOneNetwork() {
        for (var host = 1; host <= 200; host++) {
            log.refused(TurnRefusal.UNKNOWN_USER, client("198.51.100." + host), null, null, null);
            log.refusedStream(StreamRefusal.NOT_STUN, new InetSocketAddress("198.51.100." + host, 1), "0x47");
        }
        assertThat(captured.lines()).hasSize(2).last().asString().isEqualTo(
                "INFO  thingle.turn: stream refused client=198.51.100.1:1 reason=not-stun detail=0x47\n");

        now.set(10 * SECOND);
        log.refused(TurnRefusal.UNKNOWN_USER, CLIENT, null, null, null);

        assertThat(captured.lines()).last().asString().endsWith("suppressed=199\n");
    }

    @Test
    void writesAStreamThatCouldNotBeAccepted() {
        log.refusedStream(StreamRefusal.OUT_OF_DESCRIPTORS, null, "");

        assertThat(captured.lines()).singleElement().asString().contains("client=unknown");
    }

    @Test
    void indentsTheTraceOfABug() {
        log.bug("relay", new IllegalStateException("two\nlines"));

        assertThat(captured.lines()).singleElement().asString().contains("where=relay\n").doesNotContain("\nlines");
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.config.LogSettings;
import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.StreamReport;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelayLogTest {
    private static final long SECOND = 1_000_000_000L;

    private final Captured captured = new Captured("thingle.bytestreams");
    private final AtomicLong now = new AtomicLong();
    private final RelayLog log = new RelayLog(LogSettings.Addresses.FULL, now::get);

    @AfterEach
    void release() {
        captured.close();
    }

    private static StreamReport report(String requester) {
        return new StreamReport("972b7bf47291ca609517f67f86b5081086052dad", requester, "juliet@example.org/balcony", "",
                new InetSocketAddress("203.0.113.5", 40100), new InetSocketAddress("2001:db8:7:8::9", 51234), 3000,
                        1000,
                2 * SECOND, CloseReason.COMPLETED);
    }

    @Test
    void writesOneLineForAFinishedStream() {
        log.stopped(report("romeo@example.org/home"));

        assertThat(captured.lines()).containsExactly("INFO  thingle.bytestreams: stream ended"
                + " requester=romeo@example.org/home target=juliet@example.org/balcony first=203.0.113.5:40100"
                + " second=[2001:db8:7:8::9]:51234 bytes-from-first=3000 bytes-from-second=1000 duration=2.000s"
                + " rate=2000B/s reason=completed id=f972b7bf47291\n");
    }

    @Test
    void keepsAForgedLineOnOneLine() {
        log.stopped(report("romeo@example.org/x\nINFO forged \"quoted\" \u202e\u001b[31m"));

        assertThat(captured.lines()).singleElement().asString()
                .containsOnlyOnce("\n")
                .contains("requester=\"romeo@example.org/x\\u000aINFO forged \\\"quoted\\\""
                        + " \\u202e\\u001b[31m\" target=");
    }

    @Test
    void writesJsonWithTheSameKeys() {
        log.stopped(report("romeo@example.org/\"x\"\n"));

        assertThat(captured.json()).singleElement().asString()
                .containsOnlyOnce("\n")
                .contains("\"requester\":\"romeo@example.org\\/\\\"x\\\"\\n\"")
                .contains("\"reason\":\"completed\"")
                .contains("\"formattedMessage\":\"stream ended\"");
    }

    @Test
    void masksHostBits() {
        new RelayLog(LogSettings.Addresses.MASKED, now::get).stopped(report("romeo@example.org/home"));

        assertThat(captured.lines()).singleElement().asString()
                .contains("first=203.0.113.0:40100").contains("second=[2001:db8:7::]:51234");
    }

    @Test
    void writesOneLineForAFloodFromOneNetwork() {
        for (var host = 1; host <= 200; host++) {
            log.refusedSocket(Refusal.PARKED_PER_ADDRESS, new InetSocketAddress("203.0.113." + host, 1), "100 parked");
        }

        assertThat(captured.lines()).containsExactly("INFO  thingle.bytestreams: socket refused peer=203.0.113.1:1"
                + " reason=parked-per-address detail=\"100 parked\"\n");

        now.set(10 * SECOND);
        log.refusedSocket(Refusal.PARKED_PER_ADDRESS, new InetSocketAddress("203.0.113.7", 1), "100 parked");

        assertThat(captured.lines()).last().asString().endsWith("suppressed=199\n");
    }

    @Test
    void keepsReasonsAndNetworksApart() {
        log.refusedSocket(Refusal.PARKED_TOTAL, new InetSocketAddress("203.0.113.5", 1), "");
        log.refusedSocket(Refusal.HASH_TAKEN, new InetSocketAddress("203.0.113.5", 1), "");
        log.refusedSocket(Refusal.HASH_TAKEN, new InetSocketAddress("198.51.100.5", 1), "");

        assertThat(captured.lines()).hasSize(3);
    }

    @Test
    void countsActivationsByAccountWhateverTheResource() {
        log.refusedActivation(Refusal.STREAMS_PER_JID, "romeo@example.org/1", "juliet@example.org", "20 streams");
        log.refusedActivation(Refusal.STREAMS_PER_JID, "romeo@example.org/2", "juliet@example.org", "20 streams");

        assertThat(captured.lines()).containsExactly("INFO  thingle.bytestreams: activation refused"
                + " requester=romeo@example.org/1 target=juliet@example.org reason=streams-per-jid detail=\"20"
                + " streams\"\n");
    }

    @Test
    void indentsTheTraceOfABug() {
        log.bug("pump", new IllegalStateException("two\nlines"));

        assertThat(captured.lines()).singleElement().asString().contains("where=pump\n").doesNotContain("\nlines");
    }
}

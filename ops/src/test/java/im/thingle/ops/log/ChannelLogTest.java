// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.config.LogSettings;
import im.thingle.relay.media.ChannelEnd;
import im.thingle.relay.media.ChannelOwner;
import im.thingle.relay.media.ChannelRefusal;
import im.thingle.relay.media.ChannelReport;
import im.thingle.stun.attribute.TransportAddress;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelLogTest {
    private static final ChannelOwner ROMEO = new ChannelOwner("romeo@example.org", "romeo@example.org/home");

    private final Captured captured = new Captured("thingle.channels");
    private final AtomicLong now = new AtomicLong();

    @AfterEach
    void release() {
        captured.close();
    }

    private ChannelLog log(LogSettings.Addresses addresses) {
        return new ChannelLog(addresses, now::get);
    }

    private static TransportAddress at(String address, int port) {
        return TransportAddress.of(InetAddress.ofLiteral(address).getAddress(), port);
    }

    private static ChannelReport report(TransportAddress other) {
        return new ChannelReport("00c0ffee00c0ffee", ROMEO, at("203.0.113.7", 50000), at("203.0.113.7", 50002),
                at("198.51.100.9", 4000), other, 1720, 10, 344, 2, 1, 61_500_000_000L, ChannelEnd.IDLE);
    }

    @Test
    void writesOneLineForAnEndedChannel() {
        log(LogSettings.Addresses.FULL).closed(report(at("2001:db8:1:2::9", 5000)));

        assertThat(captured.lines()).containsExactly("INFO  thingle.channels: channel ended id=h00c0ffee00c0ffee"
                + " requester=romeo@example.org/home local=203.0.113.7:50000 remote=203.0.113.7:50002"
                + " requester-at=198.51.100.9:4000 other-at=[2001:db8:1:2::9]:5000 bytes-from-requester=1720"
                + " packets-from-requester=10 bytes-from-other=344 packets-from-other=2 packets-dropped=1"
                + " duration=61.500s reason=idle\n");
    }

    @Test
    void masksThoseWhoSentAndSaysWhereNobodyDid() {
        log(LogSettings.Addresses.MASKED).closed(report(null));

        assertThat(captured.lines()).singleElement().asString()
                .contains("local=203.0.113.7:50000 remote=203.0.113.7:50002",
                        "requester-at=198.51.100.0:4000 other-at=nowhere");
    }

    @Test
    void holdsBackTheFloodOfOneAccount() {
        var log = log(LogSettings.Addresses.FULL);
        for (var i = 0; i < 100; i++) {
            log.refused(ChannelRefusal.CHANNELS_PER_JID, ROMEO);
        }
        log.refused(ChannelRefusal.CHANNELS_PER_JID, new ChannelOwner("juliet@example.org", "juliet@example.org/x"));

        assertThat(captured.lines()).containsExactly(
                "INFO  thingle.channels: channel refused requester=romeo@example.org/home reason=channels-per-jid\n",
                "INFO  thingle.channels: channel refused requester=juliet@example.org/x reason=channels-per-jid\n");
    }
}

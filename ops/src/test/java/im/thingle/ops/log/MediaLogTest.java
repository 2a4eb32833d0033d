// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.config.LogSettings;
import im.thingle.relay.media.CallEnd;
import im.thingle.relay.media.CallOwner;
import im.thingle.relay.media.CallRefusal;
import im.thingle.relay.media.CallReport;
import im.thingle.stun.attribute.TransportAddress;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MediaLogTest {
    private static final CallOwner OWNER = new CallOwner("romeo@example.org", "romeo@example.org/home",
            "juliet@example.net/balcony", "8f14e45f-ceea-467a-9575-6d2b9f3b1c7e");

    private final Captured captured = new Captured("thingle.media");
    private final AtomicLong now = new AtomicLong();

    @AfterEach
    void release() {
        captured.close();
    }

    @Test
    void writesOneLineForEndedMediaAndSaysWhoWasNotReached() {
        var romeo = TransportAddress.of(InetAddress.ofLiteral("198.51.100.9").getAddress(), 4000);

        new MediaLog(LogSettings.Addresses.MASKED, now::get).closed(new CallReport(
                "m1", OWNER, romeo, null, 1720, 10, 0, 0, 10, 61_500_000_000L, CallEnd.UNREACHABLE));

        assertThat(captured.lines()).containsExactly("INFO  thingle.media: media ended session=j8f14e45fceea"
                + " initiator=romeo@example.org/home responder=juliet@example.net/balcony"
                + " initiator-at=198.51.100.0:4000 responder-at=nowhere bytes-from-initiator=1720"
                + " packets-from-initiator=10 bytes-from-responder=0 packets-from-responder=0 packets-dropped=10"
                + " duration=61.500s reason=unreachable\n");
    }

    @Test
    void holdsBackTheFloodOfOneAccount() {
        var log = new MediaLog(LogSettings.Addresses.FULL, now::get);
        for (var i = 0; i < 100; i++) {
            log.refused(CallRefusal.PORTS_EXHAUSTED, OWNER);
        }

        assertThat(captured.lines())
                .containsExactly("INFO  thingle.media: media refused initiator=romeo@example.org/home"
                        + " responder=juliet@example.net/balcony reason=ports-exhausted\n");
    }
}

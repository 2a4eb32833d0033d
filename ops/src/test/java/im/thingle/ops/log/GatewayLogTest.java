// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.BrokeredSession;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayLogTest {
    private static final BrokeredSession FILE = new BrokeredSession("8f14e45f-ceea-467a-9575-6d2b9f3b1c7e",
            "a73sjjvkla37", "romeo@example.org/home", "juliet@example.net/balcony", "file");

    private final Captured captured = new Captured("thingle.gateway");
    private final AtomicLong now = new AtomicLong();
    private final GatewayLog log = new GatewayLog(now::get);

    @AfterEach
    void release() {
        captured.close();
    }

    @Test
    void writesOneLineForAnEndedSessionWithWhatCarriedItInTheEnd() {
        log.started(FILE, () -> {});
        log.carries(FILE, "socks5", "socks5");
        log.carries(FILE, "socks5", "in-band");
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(2500));
        log.ended(FILE, "success", "juliet@example.net/balcony", 4096);

        assertThat(captured.lines()).containsExactly("INFO  thingle.gateway: session ended id=j8f14e45fceea kind=file"
                + " initiator=romeo@example.org/home responder=juliet@example.net/balcony sid=a73sjjvkla37"
                + " transports=socks5,in-band bytes=4096 duration=2.500s reason=success"
                + " by=juliet@example.net/balcony\n");
    }

    @Test
    void saysThatItEndedASessionItselfAndThatNothingWasCarried() {
        log.started(FILE, () -> {});
        log.ended(FILE, "timeout", "", 0);

        assertThat(captured.lines()).singleElement().asString()
                .contains(" transports=none bytes=0 ")
                .endsWith(" reason=timeout by=thingle\n");
    }

    @Test
    void keepsAForgedLineOnOneLine() {
        var forged = new BrokeredSession("1", "x\nINFO forged", "romeo@example.org/home",
                "juliet@example.net/b", "file");

        log.ended(forged, "success", "", 0);

        assertThat(captured.lines()).singleElement().asString()
                .containsOnlyOnce("\n").contains("sid=\"x\\u000aINFO forged\"");
    }
}

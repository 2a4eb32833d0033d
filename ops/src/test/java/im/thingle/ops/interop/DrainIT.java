// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Duo;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.Socks5Client;
import im.thingle.ops.peer.ThingleProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGTERM: no new streams, and the running ones may finish. */
@NeedsPeer(Peer.PROSODY)
@Timeout(60)
class DrainIT {
    @Test
    void anActiveStreamFinishes() throws Exception {
        try (Deployment deployment = Deployment.onProsody("thingle.drain-timeout = 60s");
                Duo duo = Duo.login(deployment)) {
            ThingleProcess thingle = deployment.thingle();
            try (Duo.Stream stream = duo.open("last")) {
                thingle.child().terminate();
                thingle.child().await("drain");

                assertThat(stream.carries("the rest of the file", "thanks")).isTrue();
                assertThat(thingle.child().isAlive()).isTrue();
            }
            assertThat(thingle.child().awaitExit()).isZero();
            assertThat(thingle.child().said("stream ended .*reason=completed")).isTrue();
        }
    }

    @Test
    void aStreamThatTakesTooLongIsCutAndCounted() throws Exception {
        try (Deployment deployment = Deployment.onProsody("thingle.drain-timeout = 200ms");
                Duo duo = Duo.login(deployment);
                Duo.Stream stream = duo.open("endless")) {
            Thread end = Thread.ofVirtual().start(() -> readToTheEnd(stream));
            deployment.thingle().child().terminate();

            assertThat(end.join(Duration.ofSeconds(20))).isTrue();
            deployment.thingle().child().awaitExit();
            assertThat(deployment.thingle().child().said("stream ended .*reason=drained")).isTrue();
            assertThat(deployment.thingle().child().said("cut.*\\b1\\b|\\b1\\b.*cut")).isTrue();
        }
    }

    /** A port that swallows connections would delay every file a Conversations user offers by its time limit. */
    @Test
    void newSocketsAreRefusedAtOnce() throws Exception {
        try (Deployment deployment = Deployment.onProsody("thingle.drain-timeout = 60s");
                Duo duo = Duo.login(deployment);
                Duo.Stream stream = duo.open("keeps it alive")) {
            deployment.thingle().child().terminate();
            deployment.thingle().child().await("drain");

            long beganNanos = System.nanoTime();
            assertThat(isRefused(deployment)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThan(Duration.ofSeconds(1));
            assertThat(stream.carries("still", "here")).isTrue();
        }
    }

    private static boolean isRefused(Deployment deployment) {
        try (Socks5Client late = new Socks5Client(deployment.thingle().proxy())) {
            late.write(Socks5Client.GREETING);
            return late.read() == -1;
        } catch (IOException refusedOrReset) {
            return true;
        }
    }

    private static void readToTheEnd(Duo.Stream stream) {
        try {
            stream.first().in().readAllBytes();
        } catch (IOException reset) {
            // an end, too
        }
    }
}

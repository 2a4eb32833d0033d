// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Duo;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.Slixmpp;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client dies in the middle of a file: its partner learns of it, nobody else does. */
@NeedsPeer({Peer.PROSODY, Peer.SLIXMPP})
@Timeout(60)
class ClientDeathIT {
    private static final int PAUSE = 2 * 1024 * 1024;
    private static Deployment deployment;
    private static Duo duo;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.onProsody("");
        duo = Duo.login(deployment);
    }

    @AfterAll
    static void stop() throws IOException {
        duo.close();
        deployment.close();
    }

    @Test
    void theReceiverGetsTheEndWhenTheSenderIsKilled() throws IOException {
        try (Duo.Stream bystander = duo.open("bystander-1");
                Child receiver = Slixmpp.receiver(deployment.server(), Account.BOB);
                Child sender = pausingSender(receiver)) {
            sender.await("^paused");
            sender.kill();

            assertThat(receiver.await("^(received|failed the stream broke after) ").group()).isNotEmpty();
            awaitEndOf("alice@localhost/slixmpp");
            assertThat(bystander.carries("untouched", "indeed")).isTrue();
        }
    }

    @Test
    void theSenderGetsTheEndWhenTheReceiverIsKilled() throws IOException {
        try (Duo.Stream bystander = duo.open("bystander-2");
                Child receiver = Slixmpp.receiver(deployment.server(), Account.BOB);
                Child sender = endlessSender(receiver)) {
            Await.until(() -> "bytes flow", () -> deployment.thingle().bytesRelayed() > PAUSE);
            receiver.kill();

            sender.await("^failed the stream broke after ");
            awaitEndOf("alice@localhost/slixmpp");
            assertThat(bystander.carries("untouched", "indeed")).isTrue();
        }
    }

    @Test
    void aResetIsPassedOn() throws IOException {
        try (Duo.Stream bystander = duo.open("bystander-3");
                Duo.Stream stream = duo.open("reset")) {
            long before = deployment.thingle().metric("thingle_streams_ended_total", "reset");

            stream.first().reset();

            assertThat(ends(stream)).isTrue();
            Await.until(
                    () -> "the reset is counted",
                    () -> deployment.thingle().metric("thingle_streams_ended_total", "reset") == before + 1);
            assertThat(bystander.carries("untouched", "indeed")).isTrue();
        }
    }

    private static Child pausingSender(Child receiver) {
        return Slixmpp.pausingSender(
                deployment.server(), Account.ALICE, jid(receiver), new Payload(100L * PAUSE, 6), PAUSE);
    }

    private static Child endlessSender(Child receiver) {
        return Slixmpp.sender(deployment.server(), Account.ALICE, jid(receiver), new Payload(1L << 40, 7));
    }

    private static String jid(Child receiver) {
        return receiver.await("^ready (.*)$").group(1);
    }

    private static void awaitEndOf(String requester) {
        deployment.thingle().child().await("stream ended requester=" + requester + " ");
    }

    private static boolean ends(Duo.Stream stream) {
        try {
            return stream.second().read() == -1;
        } catch (IOException reset) {
            return true;
        }
    }
}

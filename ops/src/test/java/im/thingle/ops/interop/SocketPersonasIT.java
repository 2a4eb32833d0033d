// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Duo;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.Socks5Client;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients' TCP sockets do to the proxy, byte by byte. */
@NeedsPeer(Peer.PROSODY)
@Timeout(60)
class SocketPersonasIT {
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

    /** Dino and Smack compare the reply with what they sent: address type 3, the same name, port 0. */
    @Test
    void theReplyRepeatsTheRequest() throws IOException {
        String hash = duo.hash("exact");
        try (Socks5Client client = new Socks5Client(deployment.thingle().proxy())) {
            client.write(Socks5Client.GREETING);
            assertThat(client.read(2)).isEqualTo(Socks5Client.CHOICE);
            client.write(Socks5Client.request(hash));
            assertThat(client.read(47)).isEqualTo(Socks5Client.reply(hash));
        }
    }

    @Test
    void everyByteMayComeAlone() throws IOException {
        String hash = duo.hash("slow");
        try (Socks5Client slow = new Socks5Client(deployment.thingle().proxy());
                Socks5Client other = duo.park("slow")) {
            for (byte b : Socks5Client.GREETING) {
                slow.write(b);
            }
            assertThat(slow.read(2)).isEqualTo(Socks5Client.CHOICE);
            for (byte b : Socks5Client.request(hash)) {
                slow.write(b);
            }
            assertThat(slow.read(47)).isEqualTo(Socks5Client.reply(hash));

            duo.activate("slow");
            slow.write("first words");

            assertThat(other.readText(11)).isEqualTo("first words");
        }
    }

    /** Greeting, request and the file's first bytes in one segment; the bytes wait for the activation. */
    @Test
    void everythingMayComeAtOnce() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(Socks5Client.GREETING);
        all.writeBytes(Socks5Client.request(duo.hash("eager")));
        all.writeBytes("early".getBytes(StandardCharsets.US_ASCII));
        try (Socks5Client eager = new Socks5Client(deployment.thingle().proxy());
                Socks5Client other = duo.park("eager")) {
            eager.write(all.toByteArray());
            assertThat(eager.read(49)).endsWith(Socks5Client.reply(duo.hash("eager")));
            assertThat(other.isSilent()).isTrue();

            duo.activate("eager");
            eager.write(" and late");

            assertThat(other.readText(14)).isEqualTo("early and late");
        }
    }

    @Test
    void aThirdSocketIsTurnedAwayAndDisturbsNobody() throws IOException {
        try (Socks5Client first = duo.park("pair");
                Socks5Client second = duo.park("pair");
                Socks5Client third = new Socks5Client(deployment.thingle().proxy())) {
            third.write(Socks5Client.GREETING);
            third.read(2);
            third.write(Socks5Client.request(duo.hash("pair")));
            byte[] refusal = third.in().readAllBytes();

            duo.activate("pair");

            assertThat(refusal).startsWith(5);
            assertThat(refusal[1]).isNotZero();
            assertThat(new Duo.Stream(first, second).carries("there", "and back")).isTrue();
        }
    }

    @Test
    void halfACloseLeavesTheWayBackOpen() throws IOException {
        try (Duo.Stream stream = duo.open("half-closed")) {
            stream.first().write("question");
            stream.first().halfClose();
            assertThat(stream.second().readToTheEnd()).isEqualTo("question");

            stream.second().write("answer");
            stream.second().halfClose();

            assertThat(stream.first().readToTheEnd()).isEqualTo("answer");
        }
    }

    /** Dino closes as soon as it has written; the receiver may have read nothing yet. */
    @Test
    void theWholeFileArrivesAfterTheSenderHasLeft() throws IOException {
        Payload payload = new Payload(3_000_001, 5);
        try (Duo.Stream stream = duo.open("left")) {
            var sent = CompletableFuture.supplyAsync(() -> sendAndLeave(stream.first(), payload));
            String received = Payload.sha256Hex(stream.second().in());

            assertThat(received).isEqualTo(sent.join()).isEqualTo(payload.sha256Hex());
        }
    }

    /** The end of file may come before the activation: the file was short and the sender in a hurry. */
    @Test
    void aFileThatEndedBeforeActivationArrives() throws IOException {
        try (Socks5Client sender = duo.park("hurried");
                Socks5Client receiver = duo.park("hurried")) {
            sender.write("short file");
            sender.halfClose();

            duo.activate("hurried");

            assertThat(receiver.readToTheEnd()).isEqualTo("short file");
        }
    }

    private static String sendAndLeave(Socks5Client sender, Payload payload) {
        try (sender) {
            return payload.writeTo(sender.out(), bytes -> {});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.Slixmpp;
import im.thingle.ops.peer.SmackClient;
import im.thingle.ops.peer.XmppServer;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import org.jivesoftware.smackx.bytestreams.socks5.Socks5BytestreamSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole files between independent clients (XEP-0065), in every direction. */
@Timeout(60)
abstract class FileTransfers {
    private static final long SIZE = 8_000_003;

    /** Where the clients log in. */
    abstract XmppServer server();

    /** Called after each file: a file may also arrive without the proxy. */
    abstract void assertCarried(long bytes);

    @Test
    void slixmppToSlixmpp() {
        Payload payload = new Payload(SIZE, 1);
        try (Child receiver = Slixmpp.receiver(server(), Account.BOB);
                Child sender = Slixmpp.sender(server(), Account.ALICE, jid(receiver), payload)) {
            String expected = SIZE + " " + payload.sha256Hex();

            assertThat(sender.await("^sent (.*)$").group(1)).isEqualTo(expected);
            assertThat(receiver.await("^received (.*)$").group(1)).isEqualTo(expected);
        }
        assertCarried(SIZE);
    }

    @Test
    void smackToSlixmpp() throws Exception {
        Payload payload = new Payload(SIZE, 2);
        try (Child receiver = Slixmpp.receiver(server(), Account.BOB);
                SmackClient sender = SmackClient.login(server().clientPort(), Account.ALICE)) {
            String sent = send(sender.open(jid(receiver)), payload);

            assertThat(receiver.await("^received (.*)$").group(1)).isEqualTo(SIZE + " " + sent);
        }
        assertCarried(SIZE);
    }

    @Test
    void slixmppToSmack() throws Exception {
        Payload payload = new Payload(SIZE, 3);
        try (SmackClient receiver = SmackClient.login(server().clientPort(), Account.BOB);
                Child sender = Slixmpp.sender(server(), Account.ALICE, receiver.jid(), payload)) {
            String received = receive(receiver.accept());

            assertThat(sender.await("^sent (.*)$").group(1)).isEqualTo(SIZE + " " + received);
        }
        assertCarried(SIZE);
    }

    @Test
    void smackToSmack() throws Exception {
        Payload payload = new Payload(SIZE, 4);
        try (SmackClient receiver = SmackClient.login(server().clientPort(), Account.BOB);
                SmackClient sender = SmackClient.login(server().clientPort(), Account.ALICE)) {
            var received = CompletableFuture.supplyAsync(() -> receiveNext(receiver));

            String sent = send(sender.open(receiver.jid()), payload);

            assertThat(received.get()).isEqualTo(sent);
        }
        assertCarried(SIZE);
    }

    private static String jid(Child slixmpp) {
        return slixmpp.await("^ready (.*)$").group(1);
    }

    private static String send(Socks5BytestreamSession stream, Payload payload) throws Exception {
        assertThat(stream.isMediated()).isTrue();
        try (OutputStream out = stream.getOutputStream()) {
            return payload.writeTo(out, bytes -> {});
        }
    }

    private static String receive(Socks5BytestreamSession stream) throws Exception {
        try (InputStream in = stream.getInputStream()) {
            return Payload.sha256Hex(in);
        }
    }

    private static String receiveNext(SmackClient receiver) {
        try {
            return receive(receiver.accept());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

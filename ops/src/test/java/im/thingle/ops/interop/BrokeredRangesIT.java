// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.SlixmppFile;
import im.thingle.ops.peer.XmppServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of files, with their checksums, between two clients behind the gateway (XEP-0234 §6.4, §8.2), on Prosody. */
@NeedsPeer({Peer.PROSODY, Peer.SLIXMPP})
@Timeout(60)
class BrokeredRangesIT {
    private static Deployment deployment;

    @BeforeAll
    static void start() {
        deployment = Deployment.onProsody("thingle.gateway.enabled = on\n");
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @ParameterizedTest
    @CsvSource({
        "socks5, socks5, 270336, 500000", "socks5, in-band, 0, 1", "in-band, socks5, 999999, 1",
        "in-band, in-band, 65535, 70001"
    })
    void onlyTheRangeComes(String alicesOver, String bobsOver, int offset, int length) throws Exception {
        Payload payload = new Payload(1_000_000, 31);
        String sha256 = sha256OfRange(payload, offset, length);
        List<String> asks = List.of("--checksum", "--range", offset + ":" + length, "--over", bobsOver);
        try (SlixmppFile bob = SlixmppFile.receiver(
                        deployment.server(), Account.BOB, "127.0.0.3", contact(Account.ALICE), asks);
                SlixmppFile alice = SlixmppFile.sender(deployment.server(), Account.ALICE, "127.0.0.2",
                        contact(Account.BOB), payload, List.of("--checksum", "--over", alicesOver))) {
            assertThat(bob.child().await("^received (.*)$").group(1)).isEqualTo(length + " " + sha256);
            assertThat(bob.child().await("^checksum (.*)$").group(1)).isEqualTo(sha256);
            alice.child().await("^told received$");
            alice.child().await("^ended success$");
        }
        deployment.thingle().child().await("session ended .* bytes=" + length + " ");
    }

    private static String sha256OfRange(Payload payload, int offset, int length) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        payload.writeTo(all, bytes -> {});
        return Payload.sha256Hex(new ByteArrayInputStream(all.toByteArray(), offset, length));
    }

    private static String contact(Account account) {
        return account.bareJid().replace("@", "\\40") + "@" + XmppServer.PROXY;
    }
}

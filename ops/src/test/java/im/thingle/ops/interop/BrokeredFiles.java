// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Elements;
import im.thingle.ops.peer.FilePersona;
import im.thingle.ops.peer.JingleFile;
import im.thingle.ops.peer.JingleFile.Over;
import im.thingle.ops.peer.JingleParty;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.SlixmppFile;
import im.thingle.ops.peer.ThingleProcess;
import im.thingle.ops.peer.XmppServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files between two clients that have each other as a contact behind the gateway: Alice's is slixmpp, Bob's is raw.
 * Each has an address of its own, which the other must not learn.
 */
@Timeout(90)
abstract class BrokeredFiles {
    private static final String ALICE_SOURCE = "127.0.0.2";
    private static final String BOB_SOURCE = "127.0.0.3";
    private static final long MEBIBYTE = 1 << 20;
    private static final int SOME = 300_000;
    private static final String SECURITY = "<security xmlns='urn:xmpp:jingle:jet:0' name='a-file'"
            + " cipher='urn:xmpp:ciphers:aes-256-gcm-nopadding:0' type='urn:xmpp:jingle:jet-omemo:0'>"
            + "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='27183'><key rid='31415' prekey='true'>"
            + "MwohBf&amp;&lt;+/==</key><iv>b64 \u00e9\ud83d\udd11 </iv></header></encrypted></security>";

    private JingleParty bob;
    private long carried;

    abstract ThingleProcess thingle();

    /** Where Alice logs in. */
    abstract XmppServer server();

    /** Where Bob does. */
    XmppServer otherServer() {
        return server();
    }

    Account account() {
        return Account.ALICE;
    }

    /** Who Bob is. */
    Account otherAccount() {
        return Account.BOB;
    }

    /** Behind whose addresses they are contacts. */
    String component() {
        return XmppServer.PROXY;
    }

    @BeforeEach
    void login() throws Exception {
        carried = bytes();
        bob = JingleParty.login(otherServer(), otherAccount(), BOB_SOURCE);
    }

    @AfterEach
    void logout() throws IOException {
        bob.close();
    }

    @Test
    void eachSeesTheOtherWithWhatTheRelayCarries() throws Exception {
        try (SlixmppFile alice = receiver(Over.SOCKS5)) {
            List<String> features = bob.features(bob.awaitPresence(aliceAsContact()));

            assertThat(features)
                    .contains("urn:xmpp:jingle:1", "urn:xmpp:jingle:apps:file-transfer:5")
                    .contains("urn:xmpp:jingle:transports:s5b:1", "urn:xmpp:jingle:transports:ibb:1")
                    .doesNotContain(JingleParty.NOT_CARRIED);
            assertThat(alice.child().await("^contact (\\S+) (.*)$").group(2))
                    .contains("urn:xmpp:jingle:apps:file-transfer:5", "urn:xmpp:jingle:transports:s5b:1")
                    .doesNotContain(JingleParty.NOT_CARRIED);
            assertThat(alice.heard()).doesNotContain(otherAccount().bareJid());
            assertThat(bob.heard()).doesNotContain(account().bareJid());
            assertStrangers(alice);
        }
        bob.awaitUnavailable(aliceAsContact() + "/slixmpp");
    }

    @ParameterizedTest
    @CsvSource({
        "SOCKS5, SOCKS5, 1048576", "IN_BAND, IN_BAND, 1048576", "SOCKS5, FALLBACK, 1048576", "FALLBACK, SOCKS5, 777777",
        "FALLBACK, FALLBACK, 100001", "SOCKS5, SOCKS5, 777777"
    })
    void slixmppToRaw(Over alicesOver, Over bobsOver, long size) throws Exception {
        Payload payload = new Payload(size, 7);
        try (SlixmppFile alice = sender(payload, alicesOver, List.of("--security"));
                JingleFile file = JingleFile.offered(bob, FilePersona.STANDARD, bobsOver)) {
            String security = Elements.canonical(alice.child().await("^security (.*)$").group(1));
            assertThat(Elements.canonical(file.offered("security"))).isEqualTo(security);
            assertThat(file.peer()).isEqualTo(aliceAsContact() + "/slixmpp");

            String received = file.accept(thingle().proxy()).receive(size);
            file.thank();
            file.terminate("success");

            assertThat(received).isEqualTo(payload.sha256Hex());
            assertThat(alice.child().await("^sent (.*)$").group(1)).isEqualTo(size + " " + received);
            alice.child().await("^told received$");
            alice.child().await("^ended success$");
            assertStrangers(alice);
        }
        assertCarried(size);
    }

    @ParameterizedTest
    @CsvSource({
        "SOCKS5, SOCKS5, 1048576", "IN_BAND, IN_BAND, 1048576", "SOCKS5, FALLBACK, 1048576", "FALLBACK, SOCKS5, 777777",
        "FALLBACK, FALLBACK, 100001", "SOCKS5, SOCKS5, 777777"
    })
    void rawToSlixmpp(Over bobsOver, Over alicesOver, long size) throws Exception {
        Payload payload = new Payload(size, 8);
        try (SlixmppFile alice = receiver(alicesOver);
                JingleFile file = offer(alice, FilePersona.STANDARD, bobsOver, payload)) {
            assertThat(Elements.canonical(alice.child().await("^security (.*)$").group(1)))
                    .isEqualTo(Elements.canonical(SECURITY));
            assertThat(Elements.canonical(alice.child().await("^description (.*)$").group(1)))
                    .isEqualTo(Elements.canonical(FilePersona.STANDARD.description(payload)));

            String sent = file.connect().send(payload);

            assertThat(alice.child().await("^received (.*)$").group(1)).isEqualTo(size + " " + sent);
            assertThat(file.told()).isEqualTo("received");
            assertThat(file.ended()).isEqualTo("success");
            assertThat(alice.child().awaitExit()).isZero();
            assertStrangers(alice);
        }
        assertCarried(size);
    }

    @ParameterizedTest
    @EnumSource(value = FilePersona.class, names = "STANDARD", mode = EnumSource.Mode.EXCLUDE)
    void aKnownClientSends(FilePersona persona) throws Exception {
        Payload payload = new Payload(MEBIBYTE, 9);
        try (SlixmppFile alice = receiver(Over.SOCKS5);
                JingleFile file = offer(alice, persona, Over.SOCKS5, payload)) {
            String sent = file.connect().send(payload);

            assertThat(alice.child().await("^received (.*)$").group(1)).isEqualTo(MEBIBYTE + " " + sent);
            if (persona != FilePersona.DINO) {
                assertThat(file.ended()).isEqualTo("success");
            }
            assertStrangers(alice);
        }
        assertCarried(MEBIBYTE);
    }

    @ParameterizedTest
    @EnumSource(value = FilePersona.class, names = {"CONVERSATIONS", "DINO", "GAJIM"})
    void aKnownClientReceives(FilePersona persona) throws Exception {
        Payload payload = new Payload(MEBIBYTE, 10);
        try (SlixmppFile alice = sender(payload, Over.SOCKS5, List.of());
                JingleFile file = JingleFile.offered(bob, persona, Over.SOCKS5)) {
            String received = file.accept(thingle().proxy()).receive(MEBIBYTE);
            file.terminate("success");

            assertThat(received).isEqualTo(payload.sha256Hex());
            alice.child().await("^ended success$");
            assertStrangers(alice);
        }
        assertCarried(MEBIBYTE);
    }

    @ParameterizedTest
    @CsvSource({"SOCKS5, SOCKS5, 16000000", "IN_BAND, IN_BAND, 300000", "FALLBACK, SOCKS5, 300000"})
    void aSenderThatCancelsEndsBothLegs(Over alicesOver, Over bobsOver, int after) throws Exception {
        try (SlixmppFile alice =
                        sender(new Payload(64 * MEBIBYTE, 11), alicesOver, List.of("--cancel-after", "" + after));
                JingleFile file = JingleFile.offered(bob, FilePersona.STANDARD, bobsOver)) {
            file.accept(thingle().proxy()).receive(SOME);

            if (bobsOver == Over.SOCKS5) {
                assertThat(file.isCut()).isTrue();
            }
            alice.child().await("^cancelling ");
            assertThat(file.ended()).isEqualTo("cancel");
            assertStrangers(alice);
        }
        awaitNoSession();
    }

    @ParameterizedTest
    @CsvSource({"SOCKS5, SOCKS5", "IN_BAND, IN_BAND", "SOCKS5, FALLBACK", "FALLBACK, SOCKS5"})
    void aReceiverThatCancelsEndsBothLegs(Over alicesOver, Over bobsOver) throws Exception {
        try (SlixmppFile alice = sender(new Payload(64 * MEBIBYTE, 12), alicesOver, List.of());
                JingleFile file = JingleFile.offered(bob, FilePersona.STANDARD, bobsOver)) {
            file.accept(thingle().proxy()).receive(SOME);

            file.terminate("cancel");

            alice.child().await("^ended cancel$");
            assertStrangers(alice);
        }
        awaitNoSession();
    }

    private SlixmppFile receiver(Over over) throws IOException {
        return SlixmppFile.receiver(server(), account(), ALICE_SOURCE, bobAsContact(), SlixmppFile.over(over));
    }

    private SlixmppFile sender(Payload payload, Over over, List<String> more) throws IOException {
        List<String> options = new ArrayList<>(SlixmppFile.over(over));
        options.addAll(more);
        return SlixmppFile.sender(server(), account(), ALICE_SOURCE, bobAsContact(), payload, options);
    }

    /** Bob offers a file to Alice's client once it has shown itself. */
    private JingleFile offer(SlixmppFile alice, FilePersona persona, Over over, Payload payload) throws IOException {
        alice.child().await("^contact ");
        String peer = bob.awaitPresence(aliceAsContact()).getAttribute("from");
        return JingleFile.offer(bob, peer, persona, over, payload, thingle().proxy(), SECURITY);
    }

    private String bobAsContact() {
        return asContact(otherAccount());
    }

    private String aliceAsContact() {
        return asContact(account());
    }

    private String asContact(Account account) {
        return account.user() + "\\40" + account.domain() + "@" + component();
    }

    /** Neither has learnt where the other is, nor tried to get there. */
    private void assertStrangers(SlixmppFile alice) throws IOException {
        Child said = alice.child();
        InetSocketAddress bobs = bob.candidate();
        assertThat(alice.heard())
                .isNotEmpty()
                .doesNotContain(BOB_SOURCE)
                .doesNotContain(":" + bobs.getPort(), "'" + bobs.getPort() + "'", "\"" + bobs.getPort() + "\"")
                .doesNotContain("clients-");
        assertThat(bob.heard()).isNotEmpty().doesNotContain(ALICE_SOURCE, "clients-");
        assertThat(bob.wasReached()).isFalse();
        assertThat(said.said("^failed somebody came")).isFalse();
        said.output().lines().filter(line -> line.startsWith("over socks5 ")).forEach(line ->
                assertThat(line).isEqualTo("over socks5 127.0.0.1:" + thingle().proxy().getPort()));
    }

    private void assertCarried(long size) {
        awaitNoSession();
        assertThat(bytes() - carried).isEqualTo(size);
    }

    private void awaitNoSession() {
        Await.until(() -> "no session is left", () -> thingle().metric("thingle_gateway_sessions") == 0);
    }

    private long bytes() {
        return thingle().metric("thingle_gateway_bytes_total");
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Capture;
import im.thingle.ops.peer.Memory;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.Seen;
import im.thingle.ops.peer.SlixmppFile;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients encrypt from end to end is plain nowhere at the server: in no packet of either leg, between Thingle and
 * Prosody, or in Thingle's memory, and neither is the key. The file is a marker over and over, and in clear the same
 * searches find it.
 */
@NeedsPeer({Peer.PROSODY, Peer.SLIXMPP, Peer.AIORTC, Peer.NETWORKS, Peer.CAPTURES})
@Timeout(120)
class BrokeredSecrecyIT {
    private static final String SCRIPT = "jingle-secure.py";
    private static final String SIZE = "1048576";
    private static final SecureRandom RANDOM = new SecureRandom();

    private static FarHomes homes;

    private final byte[] marker = random(64);
    private final byte[] secret = random(16);

    @BeforeAll
    static void start() {
        homes = new FarHomes();
    }

    @AfterAll
    static void stop() {
        homes.close();
    }

    @ParameterizedTest
    @CsvSource({
        "jet, socks5, socks5", "jet, socks5, in-band", "jet, in-band, in-band", "xtls, socks5, socks5",
        "xtls, socks5, in-band", "xtls, in-band, socks5"
    })
    void whatIsEncryptedIsPlainNowhere(String method, String alicesOver, String bobsOver) throws Exception {
        try (Capture outside = Capture.at(homes.network().server());
                Capture inside = Capture.inside(homes.network().server())) {
            List<byte[]> pieces = send(method, alicesOver, bobsOver);
            assertThat(has(Memory.guises(marker))).isFalse();
            if (!alicesOver.equals(bobsOver)) {
                // from socket to socket bytes never leave the kernel; bridged they do, and then the search finds them
                assertThat(has(pieces)).isTrue();
            }

            Seen seenOutside = outside.seen();
            Seen seenInside = inside.seen();
            assertThat(Memory.guises(marker)).noneMatch(seenOutside::has).noneMatch(seenInside::has);
            assertThat(Memory.guises(pieces.getLast())).anyMatch(seenOutside::has);
        }
    }

    /** That the searches find what is not encrypted. */
    @ParameterizedTest
    @ValueSource(strings = {"socks5", "in-band"})
    void whatIsNotEncryptedIsFound(String bobsOver) throws Exception {
        try (Capture outside = Capture.at(homes.network().server());
                Capture inside = Capture.inside(homes.network().server())) {
            send("none", "socks5", bobsOver);

            boolean bridged = bobsOver.equals("in-band");
            assertThat(has(Memory.guises(marker))).isEqualTo(bridged);
            assertThat(outside.seen().has(marker)).isTrue();
            assertThat(Memory.guises(marker).stream().anyMatch(inside.seen()::has)).isEqualTo(bridged);
        }
    }

    /** Alice sends the file to Bob; returns pieces of what she let out. */
    private List<byte[]> send(String method, String alicesOver, String bobsOver) throws IOException {
        List<String> both =
                List.of("--method", method, "--secret", HexFormat.of().formatHex(secret), "--checksum", "--over");
        List<String> receives = new ArrayList<>(both);
        receives.add(bobsOver);
        List<String> sends = new ArrayList<>(both);
        sends.addAll(List.of(alicesOver, "--size", SIZE, "--marker", HexFormat.of().formatHex(marker)));
        try (SlixmppFile bob = homes.bob(SCRIPT, "receive", FarHomes.BROKERED, receives);
                SlixmppFile alice = homes.alice(SCRIPT, "send", FarHomes.BROKERED, sends)) {
            String sent = alice.child().await("^sent (.*)$").group(1);
            assertThat(bob.child().await("^received (.*)$").group(1)).isEqualTo(sent);
            assertThat(bob.child().await("^checksum (.*)$").group(1)).isEqualTo(sent.substring(SIZE.length() + 1));
            alice.child().await("^told received$");
            alice.child().await("^ended success$");
            if (!method.equals("none")) {
                assertThat(bob.child().await("^security (.*)$").group(1))
                        .isEqualTo(alice.child().await("^security (.*)$").group(1));
            }
            if (method.equals("jet")) {
                byte[] key = HexFormat.of().parseHex(alice.child().await("^key (.*)$").group(1));
                assertThat(has(Memory.guises(key))).isFalse();
            }
            if (method.equals("xtls")) {
                String chosen = "<ns0:security xmlns:ns0=\"urn:xmpp:jingle:security:xtls:0\"><ns0:method name=\"x509\">"
                        + "</ns0:method></ns0:security>";
                assertThat(alice.child().await("^security-info (.*)$").group(1)).isEqualTo(chosen);
                assertThat(bob.child().await("^security-info (.*)$").group(1)).isEqualTo(chosen);
            }
            return alice.child().output().lines().filter(line -> line.startsWith("ciphertext "))
                    .map(line -> HexFormat.of().parseHex(line.substring(line.indexOf(' ') + 1))).toList();
        }
    }

    private static boolean has(List<byte[]> wanted) throws IOException {
        return Memory.has(homes.deployment().thingle().child(), wanted);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}

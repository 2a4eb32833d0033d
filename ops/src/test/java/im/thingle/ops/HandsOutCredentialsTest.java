// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.cli.Exit;
import im.thingle.ops.cli.Thingle;
import im.thingle.ops.config.SettingsReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the question of an XMPP client (XEP-0215) to an allocation, with the whole service in this process. */
class HandsOutCredentialsTest {
    private static final String ASK = "<iq type='get' id='1' from='alice@localhost/phone' to='proxy.localhost'>"
            + "<services xmlns='urn:xmpp:extdisco:2'/></iq>";

    @TempDir
    private Path directory;

    private final StopRequests requests = new StopRequests();
    private final StringWriter printed = new StringWriter();
    private ScriptedXmppServer xmpp;
    private Path file;
    private int turnPort;
    private int tlsPort;
    private CompletableFuture<Exit> exit;

    @BeforeEach
    void serve() throws IOException {
        xmpp = new ScriptedXmppServer();
        turnPort = freePort();
        tlsPort = freePort();
        file = Files.writeString(directory.resolve("t.conf"), """
                thingle {
                  xmpp { port = %3$d, jid = proxy.localhost, secret = s }
                  bytestreams { listen = ["127.0.0.1:0"], threads = 1, limits { streams = 10, parked = 10 } }
                  admin.listen = off
                  turn { udp = ["127.0.0.1:%1$d"], tcp = ["127.0.0.1:%1$d"], tls = ["127.0.0.1:%2$d"], dtls = [], \
                shared-secret = north-north-west-north }
                }
                """.formatted(turnPort, tlsPort, xmpp.port()));
        var settings = SettingsReader.read(Optional.of(file), Map.of()).settings().orElseThrow();
        var out = new PrintStream(new ByteArrayOutputStream(), true);
        exit = CompletableFuture.supplyAsync(() -> new Server(settings).serve(requests, out));
    }

    @AfterEach
    void stop() throws Exception {
        requests.request();
        exit.get(20, TimeUnit.SECONDS);
        xmpp.close();
    }

    private static int freePort() throws IOException {
        try (var stream = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var _ = new DatagramSocket(stream.getLocalPort(), InetAddress.getLoopbackAddress())) {
            return stream.getLocalPort();
        }
    }

    private static String attribute(String xml, String name) {
        var match = Pattern.compile(" " + name + "=['\"]([^'\"]*)['\"]").matcher(xml);
        assertThat(match.find()).as(name + " in " + xml).isTrue();
        return match.group(1);
    }

    private int verify(Path configuration, String username, String password) {
        return Thingle.commandLine(settings -> 0).setOut(new PrintWriter(printed, true))
                .execute("credentials", "--verify", "--config", configuration.toString(), "--username", username,
                        "--password", password);
    }

    @Test
    void thatItsOwnTurnServerTakes() throws Exception {
        var services = xmpp.ask(ASK, "</iq>");

        assertThat(services).contains("127.0.0.1").contains(String.valueOf(turnPort))
                .doesNotContain("alice@localhost\" ");
        var status = verify(file, attribute(services, "username"), attribute(services, "password"));

        assertThat(printed.toString())
                .contains("verdict   accepted: made with the first secret by HMAC-SHA1 for alice@localhost,"
                        + " good until ")
                .contains("server    127.0.0.1:" + turnPort + " over UDP")
                .containsPattern("allocate  ok: relayed address 127\\.0\\.0\\.1:[0-9]+\n")
                .contains("refresh   ok: given back")
                .contains("server    127.0.0.1:" + turnPort + " over TCP")
                .contains("server    127.0.0.1:" + tlsPort + " over TLS")
                .contains("browsers do not trust its certificate: ");
        assertThat(printed.toString().split("allocate  ok: relayed address ")).as("over each of the three").hasSize(4);
        assertThat(status).isZero();
    }

    @Test
    void andSaysWhoseSecretIsWrong() throws Exception {
        var services = xmpp.ask(ASK, "</iq>");
        var changed = Files.writeString(directory.resolve("changed.conf"),
                Files.readString(file).replace("north-north-west-north", "south-south-east-south"));

        assertThat(verify(changed, attribute(services, "username"), attribute(services, "password"))).isEqualTo(77);

        assertThat(printed.toString()).contains("verdict   not accepted: our secret does not make this password")
                .contains("the running server takes what this configuration does not");
    }

    @Test
    void andRefusesWhatItHasNotMade() throws Exception {
        xmpp.ask(ASK, "</iq>");

        assertThat(verify(file, "1700000000:mallory", "c2VjcmV0c2VjcmV0c2VjcmV0c2U=")).isEqualTo(77);

        assertThat(printed.toString()).contains("verdict   not accepted: our secret does not make this password")
                .contains("allocate  error 401 Unauthenticated, as was to be expected");
    }

    @Test
    void andSaysThatNobodyAnswers() throws Exception {
        var services = xmpp.ask(ASK, "</iq>");
        var elsewhere = Files.writeString(directory.resolve("elsewhere.conf"),
                Files.readString(file).replace("127.0.0.1:" + turnPort, "127.0.0.1:" + freePort()));

        assertThat(verify(elsewhere, attribute(services, "username"), attribute(services, "password"))).isEqualTo(69);

        assertThat(printed.toString()).contains("verdict   accepted")
                .containsPattern("allocate  (not reached: no process has this port|no answer)")
                .contains("allocate  ok"); // over TLS, whose port is as it was
    }
}

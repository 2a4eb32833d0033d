// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.thingle.ops.account.AccountTags;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsCommandTest {
    /** Long enough for no warning. */
    private static final String SECRET = "north-north-west-north";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String configuration, String... more) throws IOException {
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle {
                  xmpp { jid = proxy.example.org, secret = s }
                  public-addresses = ["turn.example.org", "2001:db8::7"]
                  state-directory = "%s"
                }
                """.formatted(directory.resolve("state")) + configuration);
        var arguments = new String[more.length + 3];
        arguments[0] = "credentials";
        arguments[1] = "--config";
        arguments[2] = file.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return new Thingle(settings -> 0, Map.of(), directory.resolve("usual.conf"))
                .commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private Config json() {
        return ConfigFactory.parseString(out.toString());
    }

    @Test
    void makesWhatEveryTurnRestServerMakes() throws IOException {
        assertThat(execute("thingle.turn.shared-secret = " + SECRET, "--user", "alice", "--format", "json")).isZero();

        // the draft: base64(HMAC-SHA1(secret, "expiry:user")), as openssl computes it
        var username = json().getString("username");
        assertThat(username).matches("[0-9]{10}:alice");
        assertThat(json().getString("password")).isEqualTo(hmacSha1(SECRET, username));
        assertThat(err.toString()).isEmpty();
    }

    private static String hmacSha1(String secret, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void areGoodAsLongAsAsked() throws IOException {
        assertThat(execute("", "--user", "alice", "--lifetime", "2h", "--format", "json")).isZero();

        var expires = Instant.parse(json().getString("expires"));
        assertThat(json().getString("username")).isEqualTo(expires.getEpochSecond() + ":alice");
        assertThat(json().getLong("ttl")).isEqualTo(7200);
        assertThat(Duration.between(Instant.now(), expires))
                .isBetween(Duration.ofMinutes(119), Duration.ofMinutes(120));
    }

    @Test
    void printsUrisToPasteIntoAPage() throws IOException {
        assertThat(execute("thingle.turn { tcp = [\"0.0.0.0:443\"], dtls = [\"127.0.0.1:0\"] }", "--user", "alice",
                "--format", "json")).isZero();

        assertThat(json().getStringList("uris")).containsExactly(
                "stun:turn.example.org:3478",
                "stun:[2001:db8::7]:3478",
                "turn:turn.example.org:3478?transport=udp",
                "turn:turn.example.org:443?transport=tcp",
                "turns:turn.example.org:5349?transport=tcp",
                "turn:[2001:db8::7]:3478?transport=udp");
        var servers = json().getConfigList("iceServers");
        assertThat(servers.get(0).getStringList("urls")).allMatch(uri -> uri.startsWith("stun:"));
        assertThat(servers.get(1).getStringList("urls")).hasSize(4).allMatch(uri -> uri.startsWith("turn"));
        assertThat(servers.get(1).getString("username")).isEqualTo(json().getString("username"));
        assertThat(servers.get(1).getString("credential")).isEqualTo(json().getString("password"));
    }

    @Test
    void printsTextForPeople() throws IOException {
        assertThat(execute("", "--user", "a\"lice")).isZero();

        assertThat(out.toString())
                .containsPattern("(?m)^username  [0-9]+:a\"lice$")
                .containsPattern("(?m)^password  \\S{28}$")
                .containsPattern("(?m)^uri       turns:turn.example.org:5349\\?transport=udp$")
                .contains("new RTCPeerConnection({")
                .contains("a\\\"lice");
    }

    @Test
    void worksWithoutAnySecretInTheConfiguration() throws IOException {
        assertThat(execute("", "--user", "alice", "--format", "json")).isZero();
        var username = json().getString("username");
        var password = json().getString("password");

        var kept = Files.readString(directory.resolve("state/turn-secret")).strip();
        assertThat(password).isEqualTo(hmacSha1(kept, username));
    }

    @Test
    void takesTheSecretThatIsAskedFor() throws IOException {
        var keys = "thingle.turn { shared-secret = " + SECRET + "1, shared-secrets = [" + SECRET + "2] }";
        assertThat(execute(keys, "--user", "alice", "--format", "json", "--secret-index", "1")).isZero();

        assertThat(json().getString("password")).isEqualTo(hmacSha1(SECRET + "2", json().getString("username")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--lifetime=1", "--lifetime=0d", "--lifetime=forever", "--secret-index=1",
        "--secret-index=-1", "--format=xml", "--usr=bob", "--user=a\nb"})
    void answersAWrongCommandLineWithUsage(String argument) throws IOException {
        assertThat(execute("", "--user", "alice", argument)).isEqualTo(64);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("thingle: ");
    }

    @Test
    void makesForAnAccountWhatXmppClientsAreGiven() throws IOException {
        assertThat(execute("thingle.turn.shared-secret = " + SECRET, "--account", "Alice@Example.org",
                "--format", "json"))
                .isZero();

        var username = json().getString("username");
        assertThat(username).matches("[0-9]{10}:[A-Za-z0-9_-]{64}");
        assertThat(new AccountTags(List.of(SECRET)).account(username.substring(11))).contains("alice@example.org");
        assertThat(json().getString("password")).isEqualTo(hmacSha1(SECRET, username));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--user=alice --account=alice@example.org", "--account=alice@example.org/phone",
        "--account=@", "--user=alice --username=a --password=b", "--verify --username=a", "--verify --user=alice"})
    void answersWhatDoesNotGoTogetherWithUsage(String arguments) throws IOException {
        assertThat(execute("", arguments.split(" "))).isEqualTo(64);

        assertThat(out.toString()).isEmpty();
    }

    @Test
    void needsAUser() throws IOException {
        assertThat(execute("")).isEqualTo(64);
    }

    @Test
    void saysWhyThereAreNone() throws IOException {
        assertThat(execute("thingle.turn.enabled = off", "--user", "alice")).isEqualTo(78);
        assertThat(execute("thingle.turn.users { bob = builder }", "--user", "alice")).isEqualTo(78);
        assertThat(execute("thingle.turn.relm = x", "--user", "alice")).isEqualTo(78);

        assertThat(err.toString()).contains("enabled is off").contains("no shared secret")
                .contains("did you mean realm");
    }

    @Test
    void saysThatTheStateCannotBeKept() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "");
        assertThat(execute("thingle.state-directory = \"" + file + "/x\"", "--user", "alice")).isEqualTo(74);

        assertThat(err.toString()).contains("thingle.state-directory");
    }
}

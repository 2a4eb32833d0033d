// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThingleTest {
    private static final String VALID = "thingle { xmpp { jid = proxy.example.org, secret = s },"
            + " public-addresses = [\"203.0.113.7\"] }\n";

    @TempDir
    private Path directory;

    private final List<Settings> served = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return new Thingle(settings -> {
                    served.add(settings);
                    return 0;
                }, Map.of(), directory.resolve("usual.conf"))
                .commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    @Test
    void servesWithTheNamedFile() throws IOException {
        assertThat(execute("run", "--config", file("t.conf", VALID))).isZero();

        assertThat(served).hasSize(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void servesWithTheUsualFileWhenNoneIsNamed() throws IOException {
        file("usual.conf", VALID);

        assertThat(execute("run")).isZero();

        assertThat(served).hasSize(1);
    }

    @Test
    void saysWhatIsMissingWhenThereIsNoFileAtAll() {
        assertThat(execute("run")).isEqualTo(78);

        assertThat(served).isEmpty();
        assertThat(err.toString()).contains("no configuration file: thingle.xmpp.jid: is missing");
    }

    @Test
    void refusesToServeWithProblems() throws IOException {
        var file = file("t.conf", VALID + "thingle.log.levle = info\n");

        assertThat(execute("run", "--config", file)).isEqualTo(78);

        assertThat(served).isEmpty();
        assertThat(err.toString().lines())
                .containsExactly(file + ":2: thingle.log.levle: unknown key; did you mean level?");
    }

    @Test
    void checksAFileWithoutServing() throws IOException {
        var file = file("t.conf", VALID);

        assertThat(execute("check-config", file)).isZero();

        assertThat(out.toString()).startsWith(file + ": ok" + System.lineSeparator()).contains("203.0.113.7");
        assertThat(served).isEmpty();
    }

    @Test
    void showsWhatClientsWillBeTold() throws IOException {
        assertThat(execute("check-config", file("t.conf", VALID))).isZero();
        assertThat(out.toString()).contains(String.join(System.lineSeparator(),
                "Of calls, clients that ask are told (XEP-0215):",
                "  stun:203.0.113.7:3478",
                "  turn:203.0.113.7:3478?transport=udp",
                "  turn:203.0.113.7:3478?transport=tcp",
                "  turns:203.0.113.7:5349?transport=tcp", ""));

        assertThat(execute("check-config", file("t.conf", VALID + "thingle.turn.users { bob = builder }\n"))).isZero();
        assertThat(out.toString()).contains("and no TURN: credentials need thingle.turn.shared-secret");

        assertThat(execute("check-config", file("t.conf", VALID + "thingle.external-services.enabled = off\n")))
                .isZero();
        assertThat(out.toString()).contains("clients that ask are told (XEP-0215) nothing");
    }

    @Test
    void checksAFileThatIsNotThere() {
        assertThat(execute("check-config", directory.resolve("none.conf").toString())).isEqualTo(78);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("there is no such file");
    }

    @Test
    void answersAWrongCommandLineWithUsage() {
        assertThat(execute()).isEqualTo(64);
        assertThat(execute("rnu")).isEqualTo(64);
        assertThat(execute("check-config")).isEqualTo(64);
        assertThat(execute("run", "--confg", "x")).isEqualTo(64);
    }

    @Test
    void reportsAFaultOfItsOwn() throws IOException {
        file("usual.conf", VALID);
        var line = new Thingle(settings -> {
            throw new IllegalStateException("broken");
        }, Map.of(), directory.resolve("usual.conf")).commandLine().setErr(new PrintWriter(err, true));

        assertThat(line.execute("run")).isEqualTo(70);
        assertThat(err.toString()).contains("please report it").contains("IllegalStateException: broken");
    }

    @Test
    void documentsEveryExitStatus() {
        assertThat(execute("help")).isZero();

        assertThat(out.toString()).contains("check-config").contains("run");
        for (var exit : Exit.values()) {
            assertThat(out.toString()).containsPattern("(?m)^ +" + exit.status() + " ");
        }
    }

    @Test
    void tellsItsVersion() {
        assertThat(execute("--version")).isZero();
        assertThat(execute("run", "--version")).isZero();

        assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.startsWith("thingle "));
    }
}

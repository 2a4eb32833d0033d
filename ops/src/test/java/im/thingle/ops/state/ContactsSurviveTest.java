// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process was answered is true for the next one, however the first has ended. */
@Timeout(60)
class ContactsSurviveTest {
    private static final List<String> COMPONENTS = List.of("proxy.example.org", "proxy.example.net");

    @TempDir
    private Path directory;

    /** @param blocks the largest file that the process may write, in 512 bytes; 0: any */
    private Process writer(int blocks) throws IOException {
        var command = new ArrayList<>(
                List.of("sh", "-c", (blocks == 0 ? "" : "ulimit -f " + blocks + "; ") + "exec \"$@\"", "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                        "-XX:-UsePerfData",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ContactsWriter.class.getName(), directory.toString()));
        command.addAll(COMPONENTS);
        return new ProcessBuilder(command).redirectError(directory.resolve("stderr").toFile()).start();
    }

    /** @param removals whether they were to be written too */
    private void assertThatAllIsThere(List<String> said, boolean removals) throws IOException {
        try (var contacts = KeptContacts.open(new StateDirectory(directory), 0)) {
            for (var line : said) {
                var words = line.split(" ");
                var there = contacts.of(words[1]).contains(words[2], "bob@example.net");
                if (words[0].equals("added") && !said.contains(line.replace("added", "removing"))) {
                    assertThat(there).as(line).isTrue();
                } else if (words[0].equals("refused") || words[0].equals("removed") && removals) {
                    assertThat(there).as(line).isFalse();
                }
            }
        }
    }

    @RepeatedTest(3)
    void aKillInTheMiddleOfWriting() throws Exception {
        var process = writer(0);
        var said = new ArrayList<String>();
        try (var out = process.inputReader()) {
            while (said.size() < 700) {
                said.add(out.readLine());
            }
            process.toHandle().destroyForcibly(); // SIGKILL, and its last words can still be read
            out.lines().filter(line -> line.endsWith("@example.org")).forEach(said::add);
        }

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("killed").isEqualTo(128 + 9);
        assertThat(said).doesNotContainNull().noneMatch(line -> line.startsWith("refused"));
        assertThatAllIsThere(said, true);
    }

    @Test
    void aFileThatCannotGrow() throws Exception {
        var process = writer(400);
        List<String> said;
        try (var out = process.inputReader()) {
            said = out.lines().toList();
        }

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(said).filteredOn(line -> line.startsWith("refused")).hasSize(COMPONENTS.size());
        assertThat(said).hasSizeGreaterThan(10);
        assertThatAllIsThere(said, false);
    }

    /** There is no room even for an empty one: the operator is told where, and nothing half-made is left. */
    @Test
    void aFileThatCannotBeMade() throws Exception {
        var process = writer(4);

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        assertThat(Files.readString(directory.resolve("stderr")))
                .startsWith("Exception in thread \"main\" im.thingle.ops.state.StateUnusable: " + directory)
                .contains(ContactsFile.NAME);
        try (var left = Files.list(directory)) {
            assertThat(left).extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder(".lock", "stderr");
        }
    }
}

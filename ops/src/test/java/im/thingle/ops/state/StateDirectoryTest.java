// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
    @TempDir
    private Path directory;

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void keepsOneSecretForAllStarts() throws IOException {
        var state = new StateDirectory(directory.resolve("made/here"));

        var first = KeptSecret.open(state);
        var second = KeptSecret.open(state);

        assertThat(first.made()).isTrue();
        assertThat(first.secret()).hasSize(43).isNotEqualTo(KeptSecret.open(new StateDirectory(directory)).secret());
        assertThat(second).isEqualTo(new KeptSecret(first.secret(), false));
        assertThat(first.toString()).doesNotContain(first.secret());
    }

    @Test
    void letsNobodyElseRead() throws IOException {
        var state = new StateDirectory(directory.resolve("state"));

        KeptSecret.open(state);

        assertThat(permissions(state.path())).isEqualTo("rwx------");
        assertThat(permissions(state.file(KeptSecret.FILE))).isEqualTo("rw-------");
        try (var files = Files.list(state.path())) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(
                    ".lock", KeptSecret.FILE);
        }
    }

    @Test
    void givesAllWhoStartAtOnceTheSameSecret() {
        var state = new StateDirectory(directory);

        var secrets = IntStream.range(0, 16).parallel().mapToObj(each -> {
            try {
                return KeptSecret.open(state).secret();
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });

        assertThat(secrets.distinct()).hasSize(1);
    }

    @Test
    void saysWhatToDoWhenItCannotBeUsed() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> KeptSecret.open(new StateDirectory(file.resolve("state"))))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("state-directory");
    }

    @Test
    void standsWhereServicesOrUsersKeepTheirState() {
        var system = directory.resolve("var/lib/thingle");
        var home = Map.of("HOME", "/home/juliet");

        assertThat(StateDirectory.usual(system, home)).isEqualTo(Path.of("/home/juliet/.local/state/thingle"));
        assertThat(StateDirectory.usual(system, Map.of("XDG_STATE_HOME", "/x", "HOME", "/home/juliet")))
                .isEqualTo(Path.of("/x/thingle"));
        assertThat(StateDirectory.usual(system, Map.of("XDG_STATE_HOME", "relative", "HOME", "/home/juliet")))
                .isEqualTo(Path.of("/home/juliet/.local/state/thingle"));
        assertThat(StateDirectory.usual(directory.resolve("thingle"), home)).as("the superuser")
                .isEqualTo(directory.resolve("thingle"));
    }
}

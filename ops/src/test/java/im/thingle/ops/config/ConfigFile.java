// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configuration file of a test, and what the reader makes of it. */
final class ConfigFile {
    /** What every valid file needs, on one line. */
    static final String XMPP = "thingle.xmpp { jid = proxy.example.org, secret = s }\n";

    private final Path directory;
    private Map<String, String> environment = Map.of();

    ConfigFile(Path directory) {
        this.directory = directory;
    }

    ConfigFile with(Map<String, String> environment) {
        this.environment = environment;
        return this;
    }

    Path write(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SettingsReader.Outcome read(String content) {
        return SettingsReader.read(Optional.of(write("t.conf", content)), environment);
    }

    /** The settings of a file that must be without fatal problems. */
    Settings settings(String content) {
        var outcome = read(content);
        return outcome.settings().orElseThrow(() -> new AssertionError(outcome.problems().toString()));
    }

    /** Each problem as printed, without the directory. */
    List<String> problems(String content) {
        return read(content).problems().stream().map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }
}

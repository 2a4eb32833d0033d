// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder with what a peer needs. Safe from any thread. */
public final class Folder {
    private final Path root;

    private Folder(Path root) {
        this.root = root;
    }

    public static Folder make(String name) {
        try {
            return new Folder(Files.createTempDirectory("thingle-" + name + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path path(String inside) {
        return root.resolve(inside);
    }

    /** Writes a file and the folders above it; returns where it stands. */
    public Path write(String inside, String text) {
        try {
            Path file = path(inside);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void delete() {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A directory for what is made once and kept, readable by nobody else. Several processes may use it at once: what is
 * read and then made anew happens under {@link #locked}. Safe from any thread.
 */
public record StateDirectory(Path path) {
    /** Where system services keep their state; systemd's {@code StateDirectory=thingle} makes it. */
    static final Path OF_THE_SYSTEM = Path.of("/var/lib/thingle");

    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** What happens under the lock. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Writes what is to be in a file. */
    @FunctionalInterface
    private interface Filling {
        void fill(Path file) throws IOException;
    }

    /** Where it is if nobody says: the system's if it is there or can be made, else the user's (XDG_STATE_HOME). */
    public static Path usual(Map<String, String> environment) {
        return usual(OF_THE_SYSTEM, environment);
    }

    static Path usual(Path system, Map<String, String> environment) {
        if (Files.exists(system) || Files.isWritable(system.getParent())) {
            return system;
        }
        var home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return Optional.ofNullable(environment.get("XDG_STATE_HOME"))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(home, ".local", "state"))
                .resolve("thingle");
    }

    /** Does something that no other process may do meanwhile; makes the directory if need be. */
    public <T> T locked(Work<T> work) throws IOException {
        synchronized (StateDirectory.class) { // a file lock is the whole process's
            try (var file = lockFile(); var lock = file.lock()) {
                assert lock.isValid();
                return work.run();
            }
        }
    }

    private FileChannel lockFile() throws StateUnusable {
        try {
            Files.createDirectories(path, only("rwx------"));
            return FileChannel.open(path.resolve(".lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    only("rw-------"));
        } catch (IOException unusable) {
            throw new StateUnusable(path, unusable);
        }
    }

    public Path file(String name) {
        return path.resolve(name);
    }

    /** What a file holds; empty if it is not there. */
    public Optional<String> read(String name) throws StateUnusable {
        try {
            return Optional.of(Files.readString(file(name)));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException unusable) {
            throw new StateUnusable(file(name), unusable);
        }
    }

    /** Replaces a file as a whole, so that a crash leaves the old one or the new one. */
    public void write(String name, String content) throws IOException {
        put(name, fresh -> Files.writeString(fresh, content));
    }

    private void put(String name, Filling filling) throws IOException {
        var fresh = Files.createTempFile(path, name, ".new", only("rw-------"));
        try {
            filling.fill(fresh);
            sync(fresh, StandardOpenOption.WRITE);
            Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (POSIX) {
                sync(path, StandardOpenOption.READ); // the name is the directory's
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** To the disk: a loss of power must not leave the name of a file that is empty. */
    private static void sync(Path file, StandardOpenOption mode) throws IOException {
        try (var open = FileChannel.open(file, mode)) {
            open.force(true);
        }
    }

    /**
     * Makes a file that is not there yet, and the directory if need be.
     *
     * @param fill gets an empty one, which takes the name when it is full
     */
    void make(String name, Consumer<Path> fill) throws IOException {
        if (Files.exists(file(name))) {
            return;
        }
        locked(() -> {
            if (!Files.exists(file(name))) {
                put(name, fill::accept);
            }
            return name;
        });
    }

    private static FileAttribute<?>[] only(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}

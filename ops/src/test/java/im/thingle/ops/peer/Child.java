// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that a test started, and all it printed. Ends with the test's JVM at the latest. Safe from any thread.
 */
public final class Child implements AutoCloseable {
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly)));
    }

    private final String name;
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    static Child start(String name, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            ALIVE.add(process);
            process.onExit().thenAccept(ALIVE::remove);
            return new Child(name, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a line in which the regular expression is found. Fails at once when the process ends without it. */
    public Matcher await(String regex) {
        Pattern pattern = Pattern.compile(regex);
        Matcher[] found = new Matcher[1];
        Await.until(() -> name + " says /" + regex + "/; it said:\n" + output(), () -> {
            boolean over = !reader.isAlive();
            found[0] = find(pattern);
            if (found[0] == null && over) {
                throw new IllegalStateException(name + " ended without /" + regex + "/; it said:\n" + output());
            }
            return found[0] != null;
        });
        return found[0];
    }

    public boolean said(String regex) {
        return find(Pattern.compile(regex)) != null;
    }

    public String output() {
        return String.join("\n", lines);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM. By the handle, because {@link Process#destroy} also closes the pipe with the last lines. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Waits for the end and returns the exit status. */
    public int awaitExit() {
        try {
            if (!process.waitFor(Await.SOON.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name + " did not end; it said:\n" + output());
            }
            reader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
        awaitExit();
    }

    private Matcher find(Pattern pattern) {
        return lines.stream().map(pattern::matcher).filter(Matcher::find).findFirst().orElse(null);
    }

    private void read() {
        try (BufferedReader out = process.inputReader()) {
            out.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(" + e.getMessage() + ")");
        }
    }
}

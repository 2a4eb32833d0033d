// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A machine for a test: a network namespace with a loopback of its own. It lasts as long as an anchor, a process that
 * ends with the test's JVM in any case; nothing of it is in the file system. Who is not root is root in it by a user
 * namespace. Confined to the test's thread.
 */
public final class Host implements AutoCloseable {
    /** The machine that the test runs on. */
    public static final Host THIS = new Host("this machine", null);

    static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final String name;
    private final Process anchor;

    private Host(String name, Process anchor) {
        this.name = name;
        this.anchor = anchor;
    }

    /** Makes one. */
    public static Host make(String name) {
        return make(name, List.of("unshare", ROOT ? "--net" : "-rn"));
    }

    /** One more, that can be linked with this one. */
    public Host beside(String neighbour) {
        List<String> command = new ArrayList<>();
        if (!ROOT) {
            command.addAll(List.of("nsenter", "-t", pid(), "-U", "--preserve-credentials"));
        }
        command.addAll(List.of("unshare", "--net"));
        return make(neighbour, command);
    }

    private static Host make(String name, List<String> unshared) {
        List<String> command = new ArrayList<>(unshared);
        // ends when its input does
        command.addAll(List.of("sh", "-c", "ip link set lo up && echo made && exec cat"));
        try {
            Process anchor = new ProcessBuilder(command).redirectErrorStream(true).start();
            Host made = new Host(name, anchor);
            String line = anchor.inputReader().readLine();
            if (!"made".equals(line)) {
                made.close();
                throw new IllegalStateException("no network namespace for " + name + ": " + line);
            }
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this machine lets us have one. */
    static boolean canBeMade() {
        try (Host host = make("probe")) {
            host.nft("list ruleset");
            return true;
        } catch (IllegalStateException | UncheckedIOException e) {
            return false;
        }
    }

    /** What a program is started with to run here; it keeps its process id. */
    private List<String> inside(List<String> command) {
        List<String> inside = new ArrayList<>(List.of("nsenter", "-t", pid(), "--net"));
        if (!ROOT) {
            inside.addAll(List.of("-U", "--preserve-credentials"));
        }
        inside.addAll(command);
        return inside;
    }

    /** A cable between the two. */
    void link(String device, Host other, String itsDevice) {
        ip("link add " + device + " type veth peer name " + itsDevice + " netns " + other.pid(),
                "link set " + device + " up");
        other.ip("link set " + itsDevice + " up");
    }

    /** Commands of {@code ip}, each without that word. */
    void ip(String... commands) {
        feed(List.of("ip", "-batch", "-"), String.join("\n", commands) + "\n");
    }

    /** Rules of {@code nft}. */
    void nft(String rules) {
        feed(List.of("nft", "-f", "-"), rules + "\n");
    }

    /** Lets it carry what is for others. */
    void forward() {
        feed(List.of("tee", "/proc/sys/net/ipv4/ip_forward"), "1");
    }

    private void feed(List<String> command, String input) {
        try {
            Process process = new ProcessBuilder(inside(command)).redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(name + ", " + command + " <<< " + input + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a program here. */
    Child start(String program, List<String> command) {
        return this == THIS
                ? Child.start(program, command, Map.of())
                : Child.start(program + " at " + name, inside(command), Map.of());
    }

    private String pid() {
        return Long.toString(anchor.pid());
    }

    @Override
    public void close() {
        anchor.destroyForcibly();
    }

    @Override
    public String toString() {
        return name;
    }
}

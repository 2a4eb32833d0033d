// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.Refusal;
import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The server under test in a process of its own, which has few descriptors. It is asked line by line. */
final class CrampedProxy implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final InetSocketAddress address;

    CrampedProxy(Transport transport, int descriptors) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        process = new ProcessBuilder(List.of("bash", "-c", "ulimit -n " + descriptors + "; exec \"$0\" \"$@\"", java, "-ea",
                        "-Xmx64m", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                        CrampedProxy.class.getName(), transport.name()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader();
        address = new InetSocketAddress("127.0.0.1", Integer.parseInt(answers.readLine()));
    }

    InetSocketAddress address() {
        return address;
    }

    String activate(StreamKey key) throws IOException {
        return ask("activate " + key);
    }

    int refusedForDescriptors() throws IOException {
        return Integer.parseInt(ask("refused"));
    }

    int parked() throws IOException {
        return Integer.parseInt(ask("parked"));
    }

    /** From now on not even a descriptor that is closed can be opened again, as when another thread is always first. */
    void allow(int descriptors) throws Exception {
        Process prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--nofile=" + descriptors + ":")
                .inheritIO()
                .start();
        if (prlimit.waitFor() != 0) {
            throw new IOException("prlimit: exit status " + prlimit.exitValue());
        }
    }

    private String ask(String question) throws IOException {
        process.outputWriter().write(question + "\n");
        process.outputWriter().flush();
        return answers.readLine();
    }

    @Override
    public void close() throws IOException {
        process.outputWriter().close(); // the end of its input is the end of it
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    public static void main(String[] transport) throws Exception {
        loadAllClasses();
        try (Proxy proxy = new Proxy(Transport.valueOf(transport[0]))) {
            System.out.println(proxy.address().getPort());
            BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
            for (String question = questions.readLine(); question != null; question = questions.readLine()) {
                System.out.println(answer(proxy, question.split(" ")));
            }
        }
    }

    /** Since no class can be read from a directory once descriptors are out, as it can from a jar that is open. */
    private static void loadAllClasses() throws Exception {
        Path root = Path.of(BytestreamServer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
                    String name = root.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
                    if (!name.endsWith("-info")) {
                        Class.forName(name);
                    }
                }
            }
        }
    }

    private static String answer(Proxy proxy, String[] question) {
        proxy.server.sweepNow(); // and so every loop has come to the end of what it was at
        return switch (question[0]) {
            case "activate" -> String.valueOf(proxy.activate(StreamKey.parse(question[1])));
            case "refused" -> String.valueOf(proxy.refusals.stream()
                    .filter(Refusal.OUT_OF_DESCRIPTORS::equals)
                    .count());
            case "parked" -> String.valueOf(proxy.server.gauges().parked());
            default -> throw new IllegalArgumentException(question[0]);
        };
    }
}

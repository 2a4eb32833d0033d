// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.ops.cli.Exit;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.SettingsReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service in this process, on free ports of loopback. */
class ServerTest {
    @TempDir
    private Path directory;

    private final StopRequests requests = new StopRequests();

    private Settings settings(int xmppPort, int listenPort) throws IOException {
        return settings(xmppPort, listenPort, "turn.enabled = off");
    }

    private Settings settings(int xmppPort, int listenPort, String turn) throws IOException {
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle {
                  xmpp { port = %d, jid = proxy.localhost, secret = s }
                  bytestreams { listen = ["127.0.0.1:%d"], threads = 1, limits { streams = 10, parked = 10 } }
                  admin.listen = "127.0.0.1:0"
                  state-directory = state
                  %s
                }
                """.formatted(xmppPort, listenPort, turn));
        return SettingsReader.read(Optional.of(file), Map.of()).settings().orElseThrow();
    }

    /** Completes with what is printed, when a line is. */
    private static final class Printed extends ByteArrayOutputStream {
        private final CompletableFuture<String> line = new CompletableFuture<>();

        @Override
        public void flush() {
            if (toString(StandardCharsets.UTF_8).endsWith("\n")) {
                line.complete(toString(StandardCharsets.UTF_8));
            }
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static int port(String line, String before) {
        var match = Pattern.compile(Pattern.quote(before) + "([0-9]+)").matcher(line);
        assertThat(match.find()).as(line).isTrue();
        return Integer.parseInt(match.group(1));
    }

    private static int status(int adminPort, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                    .timeout(Duration.ofSeconds(10)).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static String body(int adminPort, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                    .timeout(Duration.ofSeconds(10)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void saysReadyOnceTheLinkIsUpAndStopsCleanly() throws Exception {
        var printed = new Printed();
        try (var xmpp = new ScriptedXmppServer()) {
            var settings = settings(xmpp.port(), 0);
            var server = new Server(settings);
            var exit = CompletableFuture.supplyAsync(() -> server.serve(requests, new PrintStream(printed, true)));

            var line = await(printed.line);

            assertThat(line).startsWith("thingle ").contains(" ready: proxy.localhost at 127.0.0.1:" + xmpp.port()
                    + ";");
            var streams = port(line, "bytestreams on 127.0.0.1:");
            assertThat(port(line, "announced 127.0.0.1:")).isEqualTo(streams);
            var admin = port(line, "http://127.0.0.1:");
            assertThat(status(admin, "/readyz")).isEqualTo(200);
            assertThat(status(admin, "/metrics")).isEqualTo(200);
            new Socket(InetAddress.getLoopbackAddress(), streams).close();

            requests.request();

            assertThat(await(exit)).isEqualTo(Exit.OK);
            assertThat(server.readiness().reasons()).containsExactly("draining: no new streams are taken");
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), streams))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void relaysCallsBesideFiles() throws Exception {
        var printed = new Printed();
        try (var xmpp = new ScriptedXmppServer()) {
            var server = new Server(settings(xmpp.port(), 0, """
                    turn { udp = ["127.0.0.1:0"], tcp = ["127.0.0.1:0"], tls = ["127.0.0.1:0"], dtls = ["127.0.0.1:0"] }
                    """));
            var exit = CompletableFuture.supplyAsync(() -> server.serve(requests, new PrintStream(printed, true)));

            var line = await(printed.line);

            assertThat(answersBinding(port(line, "turn on udp 127.0.0.1:"))).isTrue();
            for (var transport : List.of("tcp", "tls")) {
                new Socket(InetAddress.getLoopbackAddress(), port(line, ", " + transport + " 127.0.0.1:")).close();
            }
            assertThat(port(line, ", dtls 127.0.0.1:")).isPositive();
            assertThat(body(port(line, "http://127.0.0.1:"), "/metrics")).contains("\nthingle_turn_allocations 0.0\n");
            assertThat(directory.resolve("state/turn-secret")).isRegularFile();
            assertThat(directory.resolve("state/turn-certificate.pem")).isRegularFile();

            requests.request();

            assertThat(await(exit)).isEqualTo(Exit.OK);
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port(line, ", tcp 127.0.0.1:")))
                    .isInstanceOf(ConnectException.class);
        }
    }

    /** RFC 8489 §7.3.1: a success response with the same transaction id. */
    private static boolean answersBinding(int port) throws IOException {
        var request = HexFormat.of().parseHex("000100002112a442" + "0123456789abcdef01234567");
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(10_000);
            socket.send(new DatagramPacket(request, request.length, InetAddress.getLoopbackAddress(), port));
            var response = new DatagramPacket(new byte[200], 200);
            socket.receive(response);
            var hex = HexFormat.of().formatHex(response.getData(), 0, response.getLength());
            return hex.startsWith("0101") && hex.startsWith("2112a442" + "0123456789abcdef01234567", 8);
        }
    }

    @Test
    void carriesFilesThoughSomebodyHasThePortsForCalls() throws Exception {
        var printed = new Printed();
        try (var taken = new Occupied(3478); var xmpp = new ScriptedXmppServer()) {
            assertThat(taken).isNotNull();
            var server = new Server(settings(xmpp.port(), 0, ""));
            var exit = CompletableFuture.supplyAsync(() -> server.serve(requests, new PrintStream(printed, true)));

            assertThat(await(printed.line)).contains("; turn off;");

            requests.request();
            assertThat(await(exit)).isEqualTo(Exit.OK);
        }
    }

    /** A port that is this test's, or already somebody else's. */
    private static final class Occupied implements AutoCloseable {
        private final DatagramSocket socket;

        private Occupied(int port) {
            DatagramSocket mine = null;
            try {
                mine = new DatagramSocket(port);
            } catch (IOException somebodyElses) {
                // as good
            }
            socket = mine;
        }

        @Override
        public void close() {
            if (socket != null) {
                socket.close();
            }
        }
    }

    @Test
    void refusesToStartWhenThePortForCallsIsTaken() throws Exception {
        try (var taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            var settings = settings(5347, 0, "turn { udp = [\"127.0.0.1:" + taken.getLocalPort()
                    + "\"], tcp = [], tls = [], dtls = [] }");

            assertThat(new Server(settings).serve(requests, new PrintStream(new Printed(), true))).isEqualTo(Exit.IO);
        }
    }

    @Test
    void refusesToStartWithoutAStateDirectory() throws Exception {
        Files.writeString(directory.resolve("state"), "a file");
        var settings = settings(5347, 0, "turn { udp = [\"127.0.0.1:0\"], tcp = [], tls = [], dtls = [] }");

        assertThat(new Server(settings).serve(requests, new PrintStream(new Printed(), true))).isEqualTo(Exit.IO);
    }

    @Test
    void refusesToStartWithDamagedContacts() throws Exception {
        Files.createDirectories(directory.resolve("state"));
        Files.write(directory.resolve("state/contacts.mv"), new byte[100_000]);
        var settings = settings(5347, 0, "turn.enabled = off, gateway.enabled = on");

        assertThat(new Server(settings).serve(requests, new PrintStream(new Printed(), true))).isEqualTo(Exit.IO);
    }

    @Test
    void stopsCleanlyThoughTheLinkNeverCameUp() throws Exception {
        int unused;
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = listener.getLocalPort();
        }
        var settings = settings(unused, 0);
        var printed = new Printed();
        requests.request();

        var exit = CompletableFuture.supplyAsync(() -> new Server(settings)
                .serve(requests, new PrintStream(printed, true)));

        assertThat(await(exit)).isEqualTo(Exit.OK);
        assertThat(printed.size()).isZero();
    }

    @Test
    void refusesToStartWhenThePortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var settings = settings(5347, taken.getLocalPort());

            assertThat(new Server(settings).serve(requests, new PrintStream(new Printed(), true))).isEqualTo(Exit.IO);
        }
    }
}

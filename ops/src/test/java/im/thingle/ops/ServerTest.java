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
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle {
                  xmpp { port = %d, jid = proxy.localhost, secret = s }
                  bytestreams { listen = ["127.0.0.1:%d"], threads = 1, limits { streams = 10, parked = 10 } }
                  admin.listen = "127.0.0.1:0"
                }
                """.formatted(xmppPort, listenPort));
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

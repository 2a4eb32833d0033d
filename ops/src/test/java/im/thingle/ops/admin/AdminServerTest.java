// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over loopback, with the JDK's HTTP client. */
class AdminServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

    private final Readiness readiness = new Readiness();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        Counter.build("apples_total", "Apples.").register(registry).inc();
        server = AdminServer.start(ANY_PORT, registry, readiness);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private HttpResponse<String> ask(String method, String path, String accept) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(10))
                .header("Accept", accept)
                .method(method, HttpRequest.BodyPublishers.noBody());
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void servesMetricsAsText() throws Exception {
        var response = ask("GET", "/metrics", "*/*");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body()).contains("# HELP apples_total Apples.\n").contains("apples_total 1.0\n");
    }

    @Test
    void servesOpenMetricsWhenAskedFor() throws Exception {
        var response = ask("GET", "/metrics?name[]=apples_total", "application/openmetrics-text; version=1.0.0");

        assertThat(response.headers().firstValue("content-type").orElseThrow())
                .startsWith("application/openmetrics-text");
        assertThat(response.body()).endsWith("# EOF\n");
    }

    @Test
    void isHealthyWhileNotReady() throws Exception {
        readiness.lacks("link of proxy.example.org", "not connected yet");

        assertThat(ask("GET", "/healthz", "*/*").statusCode()).isEqualTo(200);
        var ready = ask("GET", "/readyz", "*/*");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).isEqualTo("link of proxy.example.org: not connected yet\n");
    }

    @Test
    void isReadyWhenNothingIsLackingAndNotWhileDraining() throws Exception {
        assertThat(ask("GET", "/readyz", "*/*").statusCode()).isEqualTo(200);

        readiness.drain();

        assertThat(ask("GET", "/readyz", "*/*").statusCode()).isEqualTo(503);
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        var response = ask("HEAD", "/healthz", "*/*");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-length")).contains("3");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void refusesOtherPathsAndMethods() throws Exception {
        assertThat(ask("GET", "/", "*/*").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/metrics/x", "*/*").statusCode()).isEqualTo(404);
        var post = ask("POST", "/metrics", "*/*");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).contains("GET, HEAD");
    }

    @Test
    void refusesOversizeRequestsAndCloses() throws IOException {
        try (var socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("GET /" + "a".repeat(3000) + " HTTP/1.1\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

            assertThat(in.readLine()).isEqualTo("HTTP/1.1 400 Bad Request");
            assertThat(in.lines().toList()).last().isEqualTo("not HTTP, or too long");
        }
    }

    @Test
    void keepsAConnectionForTheNextRequest() throws IOException {
        try (var socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(10_000);
            var request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer.split("HTTP/1.1 200 OK", -1)).hasSize(3);
        }
    }

    @Test
    void namesTheAddressThatCannotBeBound() {
        assertThatThrownBy(() -> AdminServer.start(server.address(), registry, readiness))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + server.address().getPort());
    }
}

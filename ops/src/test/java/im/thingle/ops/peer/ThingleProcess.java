// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Thingle in a JVM of its own, attached to a private XMPP server. Confined to the test's thread. */
public final class ThingleProcess implements AutoCloseable {
    private final Folder folder;
    private final InetSocketAddress proxy;
    private final int adminPort;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Host host;
    private final Child child;

    /** Later lines of the configuration win: first what joins the server, then this test's ports and folders. */
    private ThingleProcess(Host host, String joining, XmppServer server, List<String> addresses, String settings) {
        this.host = host;
        this.folder = Folder.make("ops");
        this.adminPort = Loopback.freePort();
        this.proxy = new InetSocketAddress(InetAddress.ofLiteral(addresses.getFirst()), Loopback.freePort());
        folder.write("thingle.conf", joining + places(server, addresses) + settings);
        this.child = run();
    }

    private ThingleProcess(ThingleProcess before) {
        this.host = before.host;
        this.folder = before.folder;
        this.adminPort = before.adminPort;
        this.proxy = before.proxy;
        this.child = run();
    }

    /**
     * Starts it and waits for the word {@code ready}.
     *
     * @param settings further lines of the configuration file, such as {@code thingle.drain-timeout = 1s}
     */
    public static ThingleProcess start(XmppServer server, String settings) {
        return startAt("127.0.0.1", server, settings);
    }

    /** The same, listening on another address of this machine. */
    public static ThingleProcess startAt(String address, XmppServer server, String settings) {
        return unready(address, server, settings).ready();
    }

    /**
     * The same with the configuration that the page shows, on 127.0.0.1 and ::1; it takes calls too.
     *
     * @param server made by the page
     */
    public static ThingleProcess startDocumented(ServerPage page, XmppServer server, String settings) {
        List<String> addresses = List.of("127.0.0.1", "::1");
        String calls = TurnPorts.free().settings();
        return new ThingleProcess(Host.THIS, page.ofThingle(), server, addresses, calls + settings).ready();
    }

    /** The same on another machine, beside its XMPP server; its metrics cannot be asked from here. */
    public static ThingleProcess startOn(Host host, XmppServer server, String settings) {
        String address = server.address();
        return new ThingleProcess(host, joining(address), server, List.of(address), settings).ready();
    }

    /** Starts it and does not wait, because it cannot become ready. */
    public static ThingleProcess unready(String address, XmppServer server, String settings) {
        return new ThingleProcess(Host.THIS, joining(address), server, List.of(address), settings);
    }

    /** The same one again, with its state, when the process has ended; to be closed before this one. */
    public ThingleProcess again() {
        return new ThingleProcess(this).ready();
    }

    private Child run() {
        return host.start("thingle", command("run", "--config", folder.path("thingle.conf").toString()));
    }

    private ThingleProcess ready() {
        try {
            child.await("\\bready\\b");
            return this;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Runs the command line with the class path of this test. */
    public static Child thingle(String... arguments) {
        return Child.start("thingle", command(arguments), Map.of());
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "im.thingle.ops.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Where its SOCKS5 proxy listens. */
    public InetSocketAddress proxy() {
        return proxy;
    }

    /** The self-signed one that TLS for calls uses where none is configured. */
    public Path certificate() {
        return folder.path("state/turn-certificate.pem");
    }

    /** Its process and log. */
    public Child child() {
        return child;
    }

    /** Bytes carried by active streams since the start, both ways together. */
    public long bytesRelayed() {
        return metric("thingle_bytes_relayed_total");
    }

    /** Sum of all samples of this name, over all labels. */
    public long metric(String name) {
        return sum(name + "(?:\\{.*})?");
    }

    /** Sum of the samples of this name with this word as a label's value. */
    public long metric(String name, String word) {
        return sum(name + "\\{.*\"" + word + "\".*}");
    }

    private long sum(String sample) {
        return Pattern.compile("(?m)^" + sample + " (\\S+)$")
                .matcher(get("/metrics").body())
                .results()
                .mapToLong(line -> (long) Double.parseDouble(line.group(1)))
                .sum();
    }

    /** HTTP status of {@code /readyz}, {@code /healthz}. */
    public int status(String path) {
        return get(path).statusCode();
    }

    private HttpResponse<String> get(String path) {
        URI uri = URI.create("http://127.0.0.1:" + adminPort + path);
        try {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(uri + " does not answer; thingle said:\n" + child.output(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        child.close();
        http.close();
        folder.delete();
    }

    private static String joining(String address) {
        return """
                thingle {
                  xmpp { jid = "%s", secret = "%s" }
                  public-addresses = ["%s"]
                  turn.enabled = off
                }
                """
                .formatted(XmppServer.PROXY, XmppServer.SECRET, address);
    }

    private String places(XmppServer server, List<String> addresses) {
        String listen = addresses.stream()
                .map(address -> (address.contains(":") ? "\"[%s]:%d\"" : "\"%s:%d\"")
                        .formatted(address, proxy.getPort()))
                .collect(Collectors.joining(", "));
        return """
                thingle {
                  xmpp.port = %d
                  bytestreams.listen = [%s]
                  admin.listen = "127.0.0.1:%d"
                  state-directory = "%s"
                }
                """
                .formatted(server.componentPort(), listen, adminPort, folder.path("state"));
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static im.thingle.signaling.Xml.HEADER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.RelayPort;
import im.thingle.signaling.port.Streamhost;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ComponentLinkTest {
    private static final String PING = "<iq type='get' id='p' from='romeo@example.org/x' to='proxy.example.org'><ping xmlns='urn:xmpp:ping'/></iq>";
    private static final String PONG = "<iq type='result' id='p' from='proxy.example.org' to='romeo@example.org/x'/>";

    private static final ChannelOption<Boolean> QUICKACK = NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK);

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final RecordedEvents events = new RecordedEvents();
    private final SlowRelay relay = new SlowRelay();
    private ScriptedServer server;
    private ComponentLink link;

    @BeforeEach
    void listen() throws Exception {
        server = new ScriptedServer();
    }

    @AfterEach
    void stop() throws Exception {
        if (link != null) {
            link.close().get(10, TimeUnit.SECONDS);
        }
        server.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    @Test
    void connectsAnswersAndLeavesInOrder() throws Exception {
        start(Tls.off());
        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);
            link.ready().get(10, TimeUnit.SECONDS);
            assertThat(link.isUp()).isTrue();

            peer.write(PING);
            assertThat(peer.readTo("/>")).isEqualTo(PONG);
            assertThat(events.next()).isEqualTo("answered ping");

            var closed = link.close();
            assertThat(peer.readTo(">")).isEqualTo("</stream:stream>");
            peer.write("</stream:stream>");
            closed.get(10, TimeUnit.SECONDS);
            assertThat(link.isUp()).isFalse();
            peer.readToEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({"not-authorized, xmpp.secret", "host-unknown, has no component", "conflict, another component"})
    void saysWhatToChangeAndTriesAgain(String condition, String advice) throws Exception {
        start(Tls.off());
        try (ScriptedServer.Peer peer = server.accept()) {
            peer.readTo("to='proxy.example.org'>");
            peer.write(HEADER + "<stream:error><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
            peer.readToEnd();
        }
        assertThat(events.next()).startsWith("down proxy.example.org 127.0.0.1:" + server.port() + ": the server says " + condition)
                .contains(advice);

        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);
            assertThat(link.ready()).succeedsWithin(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void comesBackAfterADropAndThenSendsTheAnswersThatBecameReady() throws Exception {
        start(Tls.off());
        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);
            peer.write("<iq type='set' id='a' from='romeo@example.org/x' to='proxy.example.org'>"
                    + "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'><activate>j@example.org/y</activate></query></iq>");
            assertThat(relay.next()).isNotNull();
        }
        assertThat(events.next()).startsWith("down ");

        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);
            relay.last.accept(ActivationOutcome.ACTIVATED);

            assertThat(peer.readTo("/>")).isEqualTo("<iq type='result' id='a' from='proxy.example.org' to='romeo@example.org/x'/>");
            assertThat(events.next()).isEqualTo("answered bytestreams-activate");
        }
    }

    /**
     * A server that has not set TCP_NODELAY keeps its second small write back until the first one is acknowledged. The
     * kernel delays acknowledgements on a connection where each read is followed by an answer, and says so.
     */
    @Test
    @EnabledOnOs(OS.LINUX)
    void acknowledgesAtOnceWhatNeedsNoAnswer() throws Exception {
        startAt("127.0.0.1", Tls.off(), RecordedChannel.class);
        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);
            NioSocketChannel channel = RecordedChannel.last;

            for (int i = 0; i < 20; i++) {
                assertThat(peer.ask(PING, "/>")).isEqualTo(PONG);
                // on its loop, so after all that belongs to the read
                var prompt = channel.eventLoop().submit(() -> channel.config().getOption(QUICKACK));
                assertThat(prompt.get(10, TimeUnit.SECONDS)).as("acknowledges what comes next at once").isTrue();
            }
        }
    }

    @Test
    void dropsAStrangersHostileStanzaAndStaysUp() throws Exception {
        start(Tls.off());
        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);

            peer.write("<message from='mallory@elsewhere.org/x' to='proxy.example.org'>" + "<x>".repeat(40) + "</x>".repeat(40)
                    + "</message>" + PING);

            assertThat(peer.readTo("/>")).isEqualTo(PONG);
            assertThat(events.next()).isEqualTo("refused stanza policy-violation mallory@elsewhere.org/x");
            assertThat(events.next()).isEqualTo("answered ping");
            assertThat(link.isUp()).isTrue();
        }
    }

    @Test
    void dropsAStanzaWithAHugeTagAndStaysUp() throws Exception {
        start(Tls.off());
        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);

            peer.write(PING + "<message from='mallory@elsewhere.org/x' x='" + "x".repeat(256 * 1024) + "'/>" + PING);

            assertThat(peer.readTo("/>")).isEqualTo(PONG);
            assertThat(peer.readTo("/>")).isEqualTo(PONG);
            assertThat(events.next()).isEqualTo("answered ping");
            assertThat(events.next()).isEqualTo("refused stanza policy-violation ");
            assertThat(events.next()).isEqualTo("answered ping");
            assertThat(link.isUp()).isTrue();
        }
    }

    @Test
    void cutsTheLinkAtAnEndlessTagAndComesBack() throws Exception {
        start(Tls.off());
        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);
            String start = "<message x='";
            peer.write(start + "x".repeat(16 * 1024 * 1024 + 1 - start.length()));
            assertThat(peer.readTo("</stream:stream>")).contains("<policy-violation ");
        }
        assertThat(events.next()).contains("longer than 16777216 bytes");

        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);
        }
    }

    @Test
    void asksWhetherTheServerListensWhenItDoesNot() throws Exception {
        server.close();

        start(Tls.off());

        assertThat(events.next()).contains("cannot connect to 127.0.0.1:" + server.port()).contains("is the server listening");
        assertThat(events.next()).startsWith("down ");
        assertThat(link.ready()).isNotDone();
    }

    @Test
    void failsReadyWhenItIsClosedBeforeItIsUp() throws Exception {
        start(Tls.off());

        link.close().get(10, TimeUnit.SECONDS);

        assertThatThrownBy(() -> link.ready().get(10, TimeUnit.SECONDS)).hasMessageContaining("closed before it was up");
    }

    @Test
    void speaksTlsToACertificateItTrusts(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.forName("localhost");
        serveTls(certificate);
        startAt("localhost", Tls.direct(certificate.writePem(folder)));

        try (ScriptedServer.Peer peer = server.accept()) {
            bringUp(peer);
            peer.write(PING);
            assertThat(peer.readTo("/>")).isEqualTo(PONG);
        }
    }

    @Test
    void refusesACertificateForAnotherName(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.forName("elsewhere.example");
        serveTls(certificate);
        startAt("localhost", Tls.direct(certificate.writePem(folder)));

        try (ScriptedServer.Peer peer = server.accept()) {
            assertThatThrownBy(() -> peer.readTo(">")).isInstanceOf(IOException.class);
        }

        assertThat(events.next()).contains("TLS handshake failed").contains("names the host in xmpp.host");
    }

    @Test
    void refusesACertificateItDoesNotTrust() throws Exception {
        serveTls(TestCertificate.forName("localhost"));
        startAt("localhost", Tls.direct());

        try (ScriptedServer.Peer peer = server.accept()) {
            assertThatThrownBy(() -> peer.readTo(">")).isInstanceOf(IOException.class);
        }

        assertThat(events.next()).contains("TLS handshake failed");
    }

    @Test
    void namesATrustFileThatIsMissing(@TempDir Path folder) {
        Path missing = folder.resolve("missing.pem");

        assertThatThrownBy(() -> startAt("localhost", Tls.direct(missing)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(missing.toString()).hasMessageContaining("PEM");
    }

    @Test
    void neverShowsTheSecret() {
        assertThat(settings("localhost", Tls.off()).toString()).doesNotContain("test").contains("proxy.example.org");
    }

    private void bringUp(ScriptedServer.Peer peer) throws Exception {
        peer.handshake();
        assertThat(events.next()).startsWith("up proxy.example.org ");
    }

    private void serveTls(TestCertificate certificate) throws Exception {
        server.close();
        ServerSocket listener = certificate.serverContext().getServerSocketFactory().createServerSocket();
        server = new ScriptedServer(listener);
    }

    private void start(Tls tls) {
        startAt("127.0.0.1", tls);
    }

    private void startAt(String host, Tls tls) {
        startAt(host, tls, NioSocketChannel.class);
    }

    private void startAt(String host, Tls tls, Class<? extends Channel> channel) {
        link = ComponentLink.create(settings(host, tls), loops, channel, TestPorts.of(relay), events, "1.0");
        link.start();
    }

    private ComponentSettings settings(String host, Tls tls) {
        return new ComponentSettings(host, server.port(), "Proxy.Example.org", "test", tls, List.of());
    }

    /** Shows the link's channel to the test. */
    public static final class RecordedChannel extends NioSocketChannel {
        private static volatile RecordedChannel last;

        public RecordedChannel() {
            last = this;
        }
    }

    private static final class SlowRelay implements RelayPort {
        private final BlockingQueue<ActivationRequest> asked = new LinkedBlockingQueue<>();
        private volatile Consumer<ActivationOutcome> last;

        ActivationRequest next() throws InterruptedException {
            return asked.poll(10, TimeUnit.SECONDS);
        }

        @Override
        public List<Streamhost> streamhosts() {
            return List.of(new Streamhost("203.0.113.7", 5000));
        }

        @Override
        public void activate(ActivationRequest request, Consumer<ActivationOutcome> whenDone) {
            last = whenDone;
            asked.add(request);
        }
    }
}

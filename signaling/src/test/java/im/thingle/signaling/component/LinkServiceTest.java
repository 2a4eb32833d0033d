// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.xml.Element;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a service hears from its link. */
@Timeout(60)
class LinkServiceTest {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private ScriptedServer server;
    private ComponentLink link;
    private Requests requests;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer();
        ComponentSettings settings = new ComponentSettings("127.0.0.1", server.port(), "proxy.example.org", "test",
                Tls.off(), List.of());
        LinkConnector connector = new LinkConnector(settings, loop, NioSocketChannel.class);
        link = new ComponentLink(settings, loop, connector, new RecordedEvents(), (asking, dispatch) -> {
            requests = asking;
            return List.of(new Witness());
        });
        link.start();
    }

    @AfterEach
    void stop() throws Exception {
        link.close().get(10, TimeUnit.SECONDS);
        server.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    @Test
    void hearsOfTheLinkAndThenThatItsRequestsAreLost() throws Exception {
        try (ScriptedServer.Peer peer = server.accept()) {
            peer.handshake();
            assertThat(next()).isEqualTo("up");
            ask(Duration.ofMinutes(1));
            assertThat(peer.readTo("</iq>"))
                    .contains("id='thingle-1' from='proxy.example.org' to='romeo@example.org/x'");
        }

        assertThat(next()).isEqualTo("down");
        assertThat(next()).isEqualTo("no answer");
    }

    @Test
    void getsTheAnswerToItsRequest() throws Exception {
        try (ScriptedServer.Peer peer = server.accept()) {
            peer.handshake();
            assertThat(next()).isEqualTo("up");
            ask(Duration.ofMinutes(1));
            peer.readTo("</iq>");

            peer.write("<iq type='result' id='thingle-1' from='romeo@example.org/x' to='proxy.example.org'/>");

            assertThat(next()).isEqualTo("RESULT");
        }
    }

    @Test
    void hearsThatNoAnswerCameInTime() throws Exception {
        try (ScriptedServer.Peer peer = server.accept()) {
            peer.handshake();
            assertThat(next()).isEqualTo("up");

            ask(Duration.ofMillis(1));

            assertThat(next()).isEqualTo("no answer");
        }
    }

    /** XEP-0114: what a service has to say when its component leaves, the server hears before the stream ends. */
    @Test
    void saysGoodByeBeforeAnOrderlyEnd() throws Exception {
        try (ScriptedServer.Peer peer = server.accept()) {
            peer.handshake();
            assertThat(next()).isEqualTo("up");

            link.close();

            assertThat(peer.readTo("</stream:stream>"))
                    .isEqualTo("<presence id='leaving'/><presence id='down'/></stream:stream>");
            assertThat(next()).isEqualTo("leaving");
            assertThat(next()).isEqualTo("down");
        }
    }

    @Test
    void saysNothingWhenTheLinkIsLost() throws Exception {
        try (ScriptedServer.Peer peer = server.accept()) {
            peer.handshake();
            assertThat(next()).isEqualTo("up");
        }

        assertThat(next()).isEqualTo("down");
    }

    @Test
    void hearsOfTimeAlsoWhileTheLinkIsDown() throws Exception {
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("tick");
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("tick");
        assertThat(link.isUp()).isFalse();
    }

    private void ask(Duration timeout) {
        Element ping = Element.of("ping", "urn:xmpp:ping").build();
        loop.execute(() -> requests.ask(Iq.Type.GET, "romeo@example.org/x", ping, timeout,
                answer -> tell(answer == null ? "no answer" : answer.type().name())));
    }

    /** The next thing it heard, but for the time. */
    private String next() throws InterruptedException {
        String heard = told.poll(10, TimeUnit.SECONDS);
        while ("tick".equals(heard)) {
            heard = told.poll(10, TimeUnit.SECONDS);
        }
        return heard;
    }

    private void tell(String what) {
        assertThat(loop.inEventLoop()).isTrue();
        told.add(what);
    }

    private final class Witness implements Service {
        @Override
        public List<String> features() {
            return List.of();
        }

        @Override
        public void route(Routes routes) { }

        @Override
        public void onTick(long nowNanos) {
            tell("tick");
        }

        @Override
        public void onLinkUp() {
            tell("up");
        }

        @Override
        public void onLeaving() {
            tell("leaving");
            requests.send(Element.of("presence", Iq.NAMESPACE).attribute("id", "leaving").build());
        }

        @Override
        public void onLinkDown() {
            tell("down");
            requests.send(Element.of("presence", Iq.NAMESPACE).attribute("id", "down").build());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.port.GatewayPorts;
import im.thingle.signaling.port.Ports;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole component with a gateway, as a server sees it. */
@Timeout(60)
class GatewayLinkTest {
    private static final String OFFER = "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a73s'>"
            + "<content creator='initiator' name='f'><transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='i'/></content></jingle>";

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private RecordedEvents events;
    private ScriptedServer server;
    private ComponentLink link;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer();
        events = new RecordedEvents();
        Ports behind = TestPorts.withCalls();
        GatewayPorts gateway = new GatewayPorts(new Contacts(), null, new Events(), new GatewayLimits(0, 0, Duration.ofMinutes(10)),
                () -> false, Optional.empty());
        Ports ports = new Ports(behind.relay(), behind.access(), behind.calls(), behind.callSettings(), behind.channels(),
                behind.operations(), Optional.of(gateway));
        link = ComponentLink.create(
                new ComponentSettings("127.0.0.1", server.port(), "proxy.example.org", "test", Tls.off(), List.of()),
                loops, NioSocketChannel.class, ports, events, "1");
        link.start();
    }

    @AfterEach
    void stop() throws Exception {
        link.close().get(10, TimeUnit.SECONDS);
        server.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    @Test
    void sessionsAreBrokeredAndEndInOrderWithTheComponent() throws Exception {
        try (ScriptedServer.Peer peer = server.accept()) {
            peer.handshake();
            assertThat(peer.ask("<iq type='get' id='d' from='romeo@example.org/x' to='proxy.example.org'>"
                    + "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>", "</iq>")).contains("jid\\20escaping");
            assertThat(peer.ask("<presence type='subscribe' from='romeo@example.org' to='juliet\\40capulet.lit@proxy.example.org'/>", "/>"))
                    .isEqualTo("<presence type='subscribe' from='romeo\\40example.org@proxy.example.org' to='juliet@capulet.lit'/>");
            assertThat(peer.ask("<iq type='set' id='1' from='Romeo@example.org/x' to='Juliet\\40capulet.lit@proxy.example.org/y'>"
                    + OFFER + "</iq>", "/>"))
                    .isEqualTo("<iq type='result' id='1' from='Juliet\\40capulet.lit@proxy.example.org/y' to='Romeo@example.org/x'/>");
            assertThat(peer.readTo("</iq>")).contains("from='romeo\\40example.org@proxy.example.org/x' to='juliet@capulet.lit/y'",
                    "initiator='romeo\\40example.org@proxy.example.org/x'");
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("started");

            link.close();

            assertThat(peer.readTo("</stream:stream>")).containsSubsequence(
                    "to='romeo@example.org/x'", "session-terminate", "<gone/>", "to='juliet@capulet.lit/y'", "session-terminate");
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("ended gone");
        }
    }

    @Test
    void whoMayNotUseItIsTold() throws Exception {
        try (ScriptedServer.Peer peer = server.accept()) {
            peer.handshake();
            assertThat(peer.ask("<iq type='set' id='1' from='paris@elsewhere.net/x' to='juliet\\40capulet.lit@proxy.example.org/y'>"
                    + OFFER + "</iq>", "</iq>")).contains("<forbidden ");
            assertThat(peer.ask("<message from='paris@elsewhere.net/x' to='juliet\\40capulet.lit@proxy.example.org'/>", "</message>"))
                    .contains("type='error'", "<forbidden ");
            assertThat(events.next()).startsWith("up ");
            assertThat(events.next()).isEqualTo("refused gateway forbidden paris@elsewhere.net/x");
            assertThat(events.next()).isEqualTo("turned away gateway message forbidden paris@elsewhere.net/x"
                    + " juliet\\40capulet.lit@proxy.example.org");
        }
    }

    private static final class Contacts implements ContactsPort {
        private boolean known;

        @Override
        public boolean contains(String one, String other) {
            return known;
        }

        @Override
        public Added add(String owner, String other) {
            known = true;
            return Added.NEW;
        }

        @Override
        public void remove(String one, String other) { }

        @Override
        public List<Contact> all() {
            return List.of();
        }
    }

    private final class Events implements BrokerEvents {
        @Override
        public void started(BrokeredSession session, Runnable end) {
            told.add("started");
        }

        @Override
        public void carries(BrokeredSession session, String first, String second) { }

        @Override
        public void ended(BrokeredSession session, String reason, String by, long bytes) {
            told.add("ended " + reason);
        }

        @Override
        public void bug(String where, Throwable fault) {
            told.add("bug " + fault);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static im.thingle.signaling.Xml.HEADER;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkHandlerTest {
    private final LinkHandler handler = new LinkHandler(
            new ComponentSettings("127.0.0.1", 5347, "proxy.example.org", "test", Tls.off(), List.of()),
            new PendingIqs(), new Echo());
    private EmbeddedChannel channel;
    private String ended;

    @BeforeEach
    void bringUp() {
        channel = new EmbeddedChannel(handler);
        channel.writeInbound(Xml.bytes(HEADER + "<handshake/>"));
        channel.releaseOutbound();
    }

    @AfterEach
    void stop() {
        channel.finishAndReleaseAll();
    }

    @Test
    void writesTheAnswersOfOneReadAtOnce() {
        channel.writeInbound(Xml.bytes(ping(1) + ping(2) + ping(3)));

        assertThat(outbound()).contains("id='1'").contains("id='3'");
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void writesALateAnswerWithoutWaitingForTheNextRead() {
        handler.send(Element.of("presence", Iq.NAMESPACE).build());
        channel.runPendingTasks();

        assertThat(outbound()).isEqualTo("<presence/>");
    }

    @Test
    void stopsReadingWhileTheServerDoesNotRead() {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isFalse();

        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();

        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void closesTheConnectionAfterAStreamError() {
        channel.writeInbound(Xml.bytes("<a></b>" + ping(1)));

        assertThat(outbound()).contains("<not-well-formed ").endsWith("</stream:stream>").doesNotContain("id='1'");
        assertThat(channel.isOpen()).isFalse();
        assertThat(ended).isEqualTo("XML that is not well-formed");
    }

    @Test
    void reportsAFaultOfItsOwnPipelineOnceAndCloses() {
        channel.pipeline().fireExceptionCaught(new IllegalStateException("oops"));

        assertThat(ended).isEqualTo("the connection broke: oops");
        assertThat(channel.isOpen()).isFalse();
    }

    private static String ping(int id) {
        return "<iq type='get' id='" + id + "' from='a@b/c' to='proxy.example.org'><ping xmlns='urn:xmpp:ping'/></iq>";
    }

    private String outbound() {
        ByteBuf written = channel.readOutbound();
        String text = written.toString(StandardCharsets.UTF_8);
        written.release();
        return text;
    }

    private final class Echo implements LinkHandler.Owner {
        @Override
        public void connected(LinkHandler link) { }

        @Override
        public void up() { }

        @Override
        public void stanza(Element stanza) {
            handler.send(Iq.of(stanza).result(null));
        }

        @Override
        public void refused(Element start, String why) { }

        @Override
        public void ended(LinkHandler link, String reason, String advice) {
            assertThat(ended).isNull();
            ended = reason;
        }
    }
}

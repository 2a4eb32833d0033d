// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle.transport;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** XEP-0261 §2: who opens the bytestream, when, and with which blocks. */
class InBandTransportTest implements StreamTransport.Output {
    private static final String RESULT = "<iq type='result' id='1' from='a@b/c' to='d@e/f'/>";

    private record Asked(Element payload, Consumer<Iq> whenAnswered) {}

    private final Deque<Asked> asked = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();

    @Test
    void theClientOpensWhatItHasBegunButNotBeforeItIsAgreedTo() {
        InBandTransport transport = transport(false, 4096);
        assertThat(open(transport, "4096").condition()).isEqualTo(StanzaError.NOT_ACCEPTABLE);

        transport.start();
        assertThat(asked).isEmpty();
        assertThat(open(transport, "4096").condition()).isNull();

        assertThat(told).containsExactly("ready");
        assertThat(open(transport, "4096").condition()).isEqualTo(StanzaError.NOT_ACCEPTABLE);
    }

    @ParameterizedTest
    @CsvSource({"8192,RESOURCE_CONSTRAINT", "100,NOT_ACCEPTABLE", "-1,BAD_REQUEST", "x,BAD_REQUEST", "'',BAD_REQUEST"})
    void blocksOfAnotherSizeThanAgreed(String blockSize, StanzaError condition) {
        InBandTransport transport = transport(false, 4096);
        transport.start();

        assertThat(open(transport, blockSize).condition()).isEqualTo(condition);

        assertThat(open(transport, "2048").condition()).isNull();
    }

    @Test
    void messagesCarryNothing() {
        InBandTransport transport = transport(false, 4096);
        transport.start();

        assertThat(
                send(transport,
                        "<open xmlns='http://jabber.org/protocol/ibb' sid='i' block-size='4096' stanza='message'/>")
                                .condition())
                .isEqualTo(StanzaError.FEATURE_NOT_IMPLEMENTED);
        assertThat(send(transport, "<dance xmlns='http://jabber.org/protocol/ibb' sid='i'/>").condition())
                .isEqualTo(StanzaError.BAD_REQUEST);
        assertThat(send(transport, "<data xmlns='http://jabber.org/protocol/ibb' sid='i' seq='0'>YQ==</data>")
                .condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(send(transport, "<close xmlns='http://jabber.org/protocol/ibb' sid='i'/>").condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
    }

    @Test
    void weOpenWhatWeHaveBegunWithTheSmallerBlocksOfBoth() {
        InBandTransport transport = transport(true, 8192);
        assertThat(transport.local().attribute("block-size")).isEqualTo("8192");
        transport.remote(theirs("2048"));
        transport.start();
        transport.start();

        assertThat(asked).hasSize(1);
        assertThat(asked.peek().payload().attribute("block-size")).isEqualTo("2048");
        assertThat(open(transport, "2048").condition()).isEqualTo(StanzaError.NOT_ACCEPTABLE);
        asked.poll().whenAnswered().accept(Xml.iq(RESULT));
        assertThat(told).containsExactly("ready");
    }

    @Test
    void whoWantsSmallerBlocksGetsThemDownToAnEnd() {
        InBandTransport transport = transport(true, 1024);
        transport.start();
        for (String size : new String[] {"1024", "512", "256"}) {
            Asked open = asked.poll();
            assertThat(open.payload().attribute("block-size")).isEqualTo(size);
            open.whenAnswered().accept(error("resource-constraint"));
        }

        assertThat(asked).isEmpty();
        assertThat(told).singleElement().asString().startsWith("failed");
    }

    @Test
    void whoDoesNotOpenOrAnswerHasNoSuchTransport() {
        InBandTransport refusing = transport(true, 4096);
        refusing.start();
        asked.poll().whenAnswered().accept(error("not-acceptable"));
        InBandTransport silent = transport(true, 4096);
        silent.start();
        asked.poll().whenAnswered().accept(null);

        assertThat(told).hasSize(2).allMatch(line -> line.startsWith("failed"));
    }

    @Test
    void anAnswerThatComesAfterTheEndIsNothing() {
        InBandTransport transport = transport(true, 4096);
        transport.start();
        transport.close();

        asked.poll().whenAnswered().accept(Xml.iq(RESULT));

        assertThat(told).isEmpty();
        assertThat(asked).isEmpty();
        assertThat(open(transport, "4096").condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
    }

    @Test
    void blocksThatAreTooSmallAreNoTransport() {
        assertThat(InBandTransport.takes(theirs("255"))).isFalse();
        assertThat(InBandTransport.takes(theirs("x"))).isFalse();
        assertThat(InBandTransport.takes(theirs("256"))).isTrue();
        assertThat(InBandTransport.takes(Element.of("transport", InBandTransport.NAMESPACE).build())).isTrue();
        assertThat(InBandTransport.blockBytes(theirs("65535"))).isEqualTo(InBandTransport.BLOCK_BYTES);
        assertThat(InBandTransport.blockBytes(theirs("300"))).isEqualTo(300);
    }

    private InBandTransport transport(boolean initiates, int blockBytes) {
        return new InBandTransport(new LegAddress("d@e/f", "a@b/c", "sid", initiates), "i", blockBytes, this);
    }

    private static Element theirs(String blockSize) {
        return Element.of("transport", InBandTransport.NAMESPACE).attribute("block-size", blockSize)
                .attribute("sid", "i").build();
    }

    private static Iq error(String condition) {
        return Xml.iq("<iq type='error' id='1' from='a@b/c' to='d@e/f'><error type='cancel'><" + condition
                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    }

    private static RecordingReply open(InBandTransport transport, String blockSize) {
        return send(transport, "<open xmlns='http://jabber.org/protocol/ibb' sid='i' block-size='" + blockSize + "'/>");
    }

    private static RecordingReply send(InBandTransport transport, String payload) {
        Iq iq = Xml.iq("<iq type='set' id='1' from='a@b/c' to='d@e/f'>" + payload + "</iq>");
        RecordingReply reply = new RecordingReply(iq);
        transport.onIq(iq, reply);
        return reply;
    }

    @Override
    public void transportInfo(Element transport) {
        told.add("info");
    }

    @Override
    public void ask(Element payload, Consumer<Iq> whenAnswered) {
        asked.add(new Asked(payload, whenAnswered));
    }

    @Override
    public void ready() {
        told.add("ready");
    }

    @Override
    public void failed(String why) {
        told.add("failed " + why);
    }
}

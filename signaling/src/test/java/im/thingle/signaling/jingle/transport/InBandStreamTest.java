// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle.transport;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** XEP-0047 §2: blocks in order, each acknowledged when there is room for the next, and the end. */
class InBandStreamTest implements ByteStreamListener {
    private record Asked(String text, Consumer<Iq> whenAnswered) {
        void ack() {
            whenAnswered.accept(Xml.iq("<iq type='result' id='1' from='a@b/c' to='d@e/f'/>"));
        }

        void refuse() {
            whenAnswered.accept(
                    Xml.iq("<iq type='error' id='1' from='a@b/c' to='d@e/f'><error type='cancel'><item-not-found"
                    + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"));
        }
    }

    private final Deque<Asked> asked = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final InBandStream stream = new InBandStream("i", (payload, whenAnswered) ->
            asked.add(new Asked(Xml.text(payload), whenAnswered)));

    @BeforeEach
    void open() {
        stream.open(4);
        stream.listener(this);
    }

    @Test
    void aBlockIsAcknowledgedWhenSomebodyReadsIt() {
        RecordingReply first = data("0", "abcd");
        RecordingReply second = data("1", "ef");
        assertThat(first.text()).isNull();

        stream.read();
        assertThat(first.text()).contains("type='result'");
        assertThat(second.text()).isNull();

        stream.read();
        assertThat(second.text()).contains("type='result'");
        assertThat(told).containsExactly("data abcd", "data ef");
    }

    @Test
    void emptyBlocksAreAcknowledgedAndNothingElse() {
        RecordingReply empty = data("0", "");
        data("1", "x");
        stream.read();

        assertThat(empty.text()).contains("type='result'");
        assertThat(told).containsExactly("data x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "65535", "x", ""})
    void blocksOutOfOrderEndTheStream(String seq) {
        assertThat(data(seq, "ab").condition()).isEqualTo(StanzaError.UNEXPECTED_REQUEST);
        isBroken();
        assertThat(data("0", "ab").condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "YW=Jj", "YWJjZGU=", "Y"})
    void blocksThatAreMalformedOrTooLargeEndTheStream(String base64) {
        assertThat(send("<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='i'>" + base64 + "</data>")
                .condition())
                .isEqualTo(StanzaError.BAD_REQUEST);
        isBroken();
    }

    @Test
    void whoDoesNotWaitIsCut() {
        for (int i = 0; i < InBandStream.MOST_UNREAD; i++) {
            data(Integer.toString(i), "a");
        }

        assertThat(data(Integer.toString(InBandStream.MOST_UNREAD), "a").condition())
                .isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
        isBroken();
    }

    @Test
    void sequenceNumbersBeginAgain() {
        for (int i = 0; i <= 65_535; i++) {
            stream.read();
            assertThat(data(Integer.toString(i), "a").condition()).isNull();
        }
        assertThat(data("0", "a").condition()).isNull();
    }

    @Test
    void bytesAreSentInBlocksOfTheAgreedSizeAndFewAtATime() {
        // two blocks more than a window
        stream.write("0123456789abcdefghijklmnopqrstuvwxyzA".getBytes(StandardCharsets.UTF_8));
        assertThat(asked).hasSize(InBandStream.WINDOW);
        assertThat(asked.peek().text()).contains("seq='0'", ">MDEyMw==</data>");
        assertThat(told).isEmpty();

        asked.poll().ack();
        asked.poll().ack();
        assertThat(asked).hasSize(InBandStream.WINDOW);
        assertThat(told).isEmpty();
        asked.poll().ack();
        assertThat(told).containsExactly("written");
    }

    @Test
    void noStanzaIsLongerThanServersWriteAtOnce() {
        stream.open(65_535);
        stream.write(new byte[10_000]);

        assertThat(asked).extracting(each -> each.text().length()).allMatch(length -> length < 8192 - 512);
        assertThat(asked.stream().map(each -> Base64.getDecoder().decode(Xml.stanza(each.text()).text()).length))
                .containsExactly(4096, 4096, 1808);
    }

    @Test
    void aBlockThatIsRefusedOrNotAcknowledgedBreaksTheStream() {
        stream.write("ab".getBytes(StandardCharsets.UTF_8));
        asked.poll().refuse();
        assertThat(told).last().asString().startsWith("broken");

        InBandStreamTest other = new InBandStreamTest();
        other.open();
        other.stream.write("ab".getBytes(StandardCharsets.UTF_8));
        other.asked.poll().whenAnswered().accept(null);
        assertThat(other.told).last().asString().startsWith("broken");
    }

    @Test
    void theClientsEndComesAfterItsBytes() {
        data("0", "ab");
        assertThat(close().text()).contains("type='result'");
        stream.read();
        assertThat(told).containsExactly("data ab");

        stream.read();

        assertThat(told).containsExactly("data ab", "ended");
        assertThat(close().condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
        stream.cut();
        assertThat(asked).isEmpty(); // it has closed already
    }

    /** §2.3: what is on its way is delivered before the end is acknowledged. */
    @Test
    void theClientGetsWhatIsOnItsWayBeforeItsEndIsAcknowledged() {
        stream.read();
        stream.write("ab".getBytes(StandardCharsets.UTF_8));
        RecordingReply close = close();
        assertThat(told).containsExactly("written", "ended");
        assertThat(close.text()).isNull();

        asked.poll().ack();

        assertThat(close.text()).contains("type='result'");
        stream.write("c".getBytes(StandardCharsets.UTF_8));
        assertThat(told).last().asString().startsWith("broken");
        assertThat(asked).isEmpty();
    }

    @Test
    void ourEndComesAfterOurBytesAndAfterTheirs() {
        stream.write("ab".getBytes(StandardCharsets.UTF_8));
        data("0", "last");
        stream.finish();
        asked.poll().ack();
        assertThat(asked).isEmpty();

        stream.read();

        assertThat(told).containsExactly("written", "data last");
        assertThat(asked.peek().text()).contains("<close ");
        stream.read();
        asked.poll().ack();
        assertThat(told).last().isEqualTo("ended");
    }

    @Test
    void whoIsCutIsTold() {
        RecordingReply unread = data("0", "ab");

        stream.cut();
        stream.cut();

        assertThat(unread.condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(asked).hasSize(1).first().satisfies(close -> assertThat(close.text()).contains("<close "));
        assertThat(told).isEmpty();
    }

    /** The other leg may not be there yet. */
    @Test
    void aStreamThatBreaksBeforeAnybodyListensSaysSoLater() {
        InBandStream early = new InBandStream("i", (payload, whenAnswered) -> {});
        early.open(4);
        early.onData(Xml.stanza("<data xmlns='http://jabber.org/protocol/ibb' seq='7' sid='i'>YQ==</data>"),
                new RecordingReply(Xml.iq("<iq type='set' id='1' from='a@b/c' to='d@e/f'><x xmlns='x'/></iq>")));

        early.listener(this);
        early.read();

        assertThat(told).singleElement().asString().startsWith("broken");
    }

    private void isBroken() {
        assertThat(told).singleElement().asString().startsWith("broken");
        assertThat(asked.peek().text()).contains("<close ");
    }

    private RecordingReply data(String seq, String text) {
        String base64 = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        return send("<data xmlns='http://jabber.org/protocol/ibb' seq='" + seq + "' sid='i'>" + base64 + "</data>");
    }

    private RecordingReply close() {
        return send("<close xmlns='http://jabber.org/protocol/ibb' sid='i'/>");
    }

    private RecordingReply send(String payload) {
        Iq iq = Xml.iq("<iq type='set' id='1' from='a@b/c' to='d@e/f'>" + payload + "</iq>");
        RecordingReply reply = new RecordingReply(iq);
        Element element = iq.payload();
        if (element.name().equals("data")) {
            stream.onData(element, reply);
        } else {
            stream.onClose(reply);
        }
        return reply;
    }

    @Override
    public void data(byte[] bytes) {
        told.add("data " + new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public void written() {
        told.add("written");
    }

    @Override
    public void ended() {
        told.add("ended");
    }

    @Override
    public void broken(String why) {
        told.add("broken " + why);
    }
}

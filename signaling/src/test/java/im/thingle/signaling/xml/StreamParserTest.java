// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import static im.thingle.signaling.Xml.HEADER;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamParserTest {
    private static final String COMPONENT = "jabber:component:accept";
    private static final int BLOCK = 4096;

    private final RecordingEvents events = new RecordingEvents();
    private final StreamParser parser = new StreamParser(ParserLimits.DEFAULT, events);

    @Test
    void reportsHeaderStanzasAndEnd() {
        feed(HEADER + " <message to='a'><body>&#65;t&amp;&#x1F600;</body></message>\n<presence/></stream:stream>");

        assertThat(events.all()).hasSize(4);
        assertThat(events.all().getFirst().toString()).contains("3BF96D32");
        assertThat(events.all().get(1)).isEqualTo(Element.of("message", COMPONENT).attribute("to", "a")
                .child(Element.of("body", COMPONENT).text("At&\uD83D\uDE00")).build());
        assertThat(events.all().get(2)).isEqualTo(Element.of("presence", COMPONENT).build());
        assertThat(events.last()).isEqualTo("close");
    }

    @Test
    void understandsPrefixesOfTheHeaderAndItsOwn() {
        feed(HEADER + "<stream:error/>");
        feed("<iq xml:lang='en' a:b='c' xmlns:a='u'><a:x/><y xmlns=''/></iq>");

        assertThat(events.all().get(1)).isEqualTo(Element.of("error", ElementWriter.STREAMS).build());
        assertThat(events.last()).isEqualTo(Element.of("iq", COMPONENT)
                .attribute(Attribute.XML_NAMESPACE, "lang", "en").attribute("u", "b", "c")
                .child(Element.of("x", "u")).child(Element.of("y", "")).build());
    }

    @Test
    void readsCdataAsText() {
        feed(HEADER + "<a>x<![CDATA[<&]]]]>y</a>");

        assertThat(((Element) events.last()).text()).isEqualTo("x<&]]y");
    }

    @Test
    void closesAtOnceWhenTheHeaderIsEmpty() {
        feed("<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>");

        assertThat(events.all()).hasSize(2);
        assertThat(events.last()).isEqualTo("close");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<a></b>", "<a b='1' b='2'/>", "<p:a/>", "<a b='<'/>", "<a>\u0001</a>", "<a b=1/>", "<a b/>", "<1/>",
                "</other>", "</>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a b='&foo;'/>", "<a><</a>", "<a>&</a>", "<a b='1'c='2'/>"})
    void callsBrokenXmlNotWellFormed(String broken) {
        feed(HEADER + broken);

        assertThat(events.violation()).isEqualTo(StreamCondition.NOT_WELL_FORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<!-- c -->", "<?pi x?>", "<!DOCTYPE a>", "<![CDATA[x]]>", "<a><!DOCTYPE a></a>"})
    void refusesMarkupThatStreamsMayNotContain(String markup) {
        feed(HEADER + markup);

        assertThat(events.violation()).isEqualTo(StreamCondition.RESTRICTED_XML);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<b>&foo;</b>", "<b><!-- </a> '--></b>", "<b/><?x </a>' ?>"})
    void dropsAStanzaWithMarkupThatStreamsMayNotContain(String content) {
        feed(HEADER + "<a from='x'>" + content + "</a><b/>");

        assertThat(events.all()).hasSize(3).last().isEqualTo(Element.of("b", COMPONENT).build());
        assertThat(((RecordingEvents.Refused) events.all().get(1)).start())
                .isEqualTo(Element.of("a", COMPONENT).attribute("from", "x").build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><r>&b;</r>",
        "<?xml-stylesheet href='x'?>", "<?xml version='1.0'?><?xml version='1.0'?>"})
    void refusesAnythingInThePrologueButTheDeclaration(String prologue) {
        feed(prologue);

        assertThat(events.all()).hasSize(1);
        assertThat(events.violation()).isEqualTo(StreamCondition.RESTRICTED_XML);
    }

    @Test
    void refusesTextBetweenStanzas() {
        feed(HEADER + "<a/>text");

        assertThat(events.violation()).isEqualTo(StreamCondition.BAD_FORMAT);
    }

    @Test
    void refusesWhatIsNotXml() {
        feed("HTTP/1.1 400 Bad Request\r\n\r\n");

        assertThat(events.all()).hasSize(1);
        assertThat(events.violation()).isEqualTo(StreamCondition.NOT_WELL_FORMED);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        feed(HEADER);
        parser.feed(Unpooled.wrappedBuffer(new byte[] {'<', 'a', '>', (byte) 0xC3, '<', '/', 'a', '>'}));

        assertThat(events.violation()).isEqualTo(StreamCondition.NOT_WELL_FORMED);
    }

    @Test
    void acceptsTheDeepestNestingAllowedAndNoDeeper() {
        feed(HEADER + "<a>".repeat(32) + "</a>".repeat(32));
        assertThat(events.last()).isInstanceOf(Element.class);

        feed("<a>".repeat(33) + "</a>".repeat(33));

        assertThat(events.refusal()).contains("deeper than 32");
    }

    @Test
    void countsNamespaceDeclarationsAsAttributes() {
        feed(HEADER + "<a" + attributes(63) + " xmlns:p='u'/>");
        assertThat(events.last()).isInstanceOf(Element.class);

        feed("<a" + attributes(64) + " xmlns:p='u'/>");

        assertThat(events.last())
                .isEqualTo(new RecordingEvents.Refused(null, "an element has more than 64 attributes"));
    }

    @Test
    void allowsTheHeaderNoMoreAttributes() {
        feed("<stream:stream" + attributes(65) + " xmlns:stream='http://etherx.jabber.org/streams'>");

        assertThat(events.all()).hasSize(1);
        assertThat(events.violation()).isEqualTo(StreamCondition.POLICY_VIOLATION);
    }

    @Test
    void survivesAMillionAttributes() {
        feed(HEADER + "<a" + attributes(1_000_000) + "/>");

        assertThat(events.last())
                .isEqualTo(new RecordingEvents.Refused(null, "an element has more than 64 attributes"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<stream:stream xmlns:stream='", "<", "<stream:stream ", HEADER + "</"})
    void cutsATagOfTheStreamThatNeverEnds(String start) {
        feed(start);

        assertThat(bytesUntilCut()).isBetween(256 * 1024 - BLOCK, 256 * 1024 + BLOCK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<", "<a ", "<a b='", "<a><b c='", "<a></", "<a>", "<a><![CDATA[", "<a><!--", "<a><?x "})
    void followsAStanzaThatNeverEndsForSixteenMebibytes(String start) {
        feed(HEADER + start);

        assertThat(bytesUntilCut()).isBetween(16 * 1024 * 1024 - BLOCK, 16 * 1024 * 1024 + BLOCK);
        assertThat(events.all()).hasSize(2);
    }

    @Test
    void acceptsAStanzaOfExactlyTheLimit() {
        StreamParser small = new StreamParser(new ParserLimits(32, 1000, 64, 1000, 256), events);

        small.feed(Xml.bytes(HEADER + "<a>" + "x".repeat(993) + "</a>"));
        assertThat(events.last()).isInstanceOf(Element.class);
        small.feed(Xml.bytes("<a>" + "x".repeat(994) + "</a>"));

        assertThat(events.refusal()).contains("longer than 1000 bytes");
    }

    @Test
    void limitsTheTextOfOneElement() {
        feed(HEADER + "<a>" + "x".repeat(128 * 1024 + 1) + "</a>");

        assertThat(events.refusal()).contains("131072 characters");
    }

    @Test
    void limitsTheNamespacesOfOneStanza() {
        feed(HEADER + "<a>" + "<b xmlns:p='u'/>".repeat(257) + "</a>");

        assertThat(events.refusal()).contains("256 namespaces");
    }

    @Test
    void stillTellsBrokenXmlAfterARefusal() {
        feed(HEADER + "<a>&foo;</a><a></b>");

        assertThat(events.violation()).isEqualTo(StreamCondition.NOT_WELL_FORMED);
    }

    @Test
    void readsTheEndOfTheStreamAfterARefusal() {
        feed(HEADER + "<a><!-- --></a></stream:stream>");

        assertThat(events.all()).hasSize(3).last().isEqualTo("close");
    }

    @Test
    void checksTheNameOfTheEndAfterARefusal() {
        feed(HEADER + "<a><!-- --></a></other>");

        assertThat(events.violation()).isEqualTo(StreamCondition.NOT_WELL_FORMED);
    }

    @Test
    void neverCountsKeepalivesAgainstTheNextStanza() {
        feed(HEADER);
        for (int i = 0; i < 300; i++) {
            feed(" \n".repeat(1024));
        }
        feed("<a/>");

        assertThat(events.last()).isEqualTo(Element.of("a", COMPONENT).build());
    }

    @Test
    void readsOnAfterMegabytesOfStrangeNames() {
        feed(HEADER);
        for (int i = 0; i < 100_000; i++) {
            feed("<n" + i + "><p" + i + ":x xmlns:p" + i + "='u" + i + "'/></n" + i + ">");
        }

        assertThat(events.last()).isEqualTo(Element.of("n99999", COMPONENT).child(Element.of("x", "u99999")).build());
    }

    private void feed(String text) {
        ByteBuf bytes = Xml.bytes(text);
        parser.feed(bytes);
        assertThat(bytes.isReadable()).isFalse();
    }

    private int bytesUntilCut() {
        String block = "x".repeat(BLOCK);
        int fedBytes = 0;
        while (events.violation() == null && fedBytes < 20 * 1024 * 1024) {
            feed(block);
            fedBytes += BLOCK;
        }
        assertThat(events.violation()).isEqualTo(StreamCondition.POLICY_VIOLATION);
        return fedBytes;
    }

    private static String attributes(int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(" a").append(i).append("=''");
        }
        return all.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import static im.thingle.signaling.Xml.HEADER;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.w3c.dom.Node;

class StreamParserPropertiesTest {
    private static final String RICH = HEADER + "<iq a='\u00E9\u20AC\uD83D\uDE00&amp;&#65;'>&#65;x&#x1F600;<b"
            + " xmlns='u'>\u00E9\r\n\uD83D\uDE00</b><![CDATA[a]b]]></iq>\n<x:y xmlns:x='urn:x' x:z=\"it's\" ></x:y >"
            + " <a><b/></a></stream:stream>";

    /** Everything that could be mistaken for a tag. */
    private static final String NASTY = "<![CDATA[</m><!--]]><!-- </m> ' <![CDATA[ --><?pi </m> > \" ?><x y='</m>/>'"
            + " z=\"'>\" /><y ></y >";

    @Example
    void everyCutInTwoGivesTheSameEvents() {
        byte[] bytes = RICH.getBytes(StandardCharsets.UTF_8);
        List<Object> whole = parse(List.of(bytes));
        assertThat(whole).hasSize(5).last().isEqualTo("close");

        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(parse(cut(bytes, List.of(cut)))).isEqualTo(whole);
        }
    }

    @Property(tries = 300)
    void everySplitGivesTheSameEvents(@ForAll @Size(max = 40) List<@IntRange(max = 400) Integer> cuts) {
        byte[] bytes = RICH.getBytes(StandardCharsets.UTF_8);

        assertThat(parse(cut(bytes, cuts))).isEqualTo(parse(List.of(bytes)));
    }

    @Property(tries = 300)
    void aHostileStanzaIsRefusedOnceAndItsNeighboursArrive(@ForAll("hostile") String hostile,
            @ForAll @Size(max = 40) List<@IntRange(max = 1000) Integer> permille) {
        byte[] bytes = (HEADER + "<good a='1'/>" + hostile + "<good a='2'/>").getBytes(StandardCharsets.UTF_8);
        List<Integer> cuts = permille.stream().map(at -> (int) ((long) at * bytes.length / 1000)).toList();

        List<Object> events = parse(cut(bytes, cuts));

        assertThat(events).hasSize(4);
        assertThat(events.get(1)).isEqualTo(good("1"));
        assertThat(events.get(2)).isInstanceOf(RecordingEvents.Refused.class);
        assertThat(events.get(3)).isEqualTo(good("2"));
    }

    @Example
    void everyCutOfANastyStanzaRefusesIt() {
        byte[] bytes = (HEADER + "<good a='1'/><m>" + "<d>".repeat(33) + NASTY + "</d>".repeat(33)
                + "</m><good a='2'/>")
                .getBytes(StandardCharsets.UTF_8);
        List<Object> whole = parse(List.of(bytes));
        assertThat(whole).hasSize(4).last().isEqualTo(good("2"));

        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(parse(cut(bytes, List.of(cut)))).isEqualTo(whole);
        }
    }

    @Property(tries = 1000)
    void randomBytesNeverThrow(@ForAll @Size(max = 300) byte[] bytes, @ForAll boolean afterHeader) {
        List<Object> events = parse(afterHeader ? List.of(HEADER.getBytes(StandardCharsets.UTF_8), bytes)
                : List.of(bytes));

        assertThat(events.stream().filter(Malformed.class::isInstance)).hasSizeLessThan(2);
    }

    @Property(tries = 3000)
    void randomMarkupNeverThrowsAndSplitsAlike(@ForAll("markup") List<String> tokens,
            @ForAll @IntRange(max = 200) int cut) {
        byte[] bytes = (HEADER + String.join("", tokens)).getBytes(StandardCharsets.UTF_8);

        assertThat(parse(cut(bytes, List.of(HEADER.length() + cut)))).isEqualTo(parse(List.of(bytes)));
    }

    @Property(tries = 500)
    void whatIsWrittenIsReadBack(@ForAll("elements") Element element) {
        assertThat(Xml.stanza(Xml.text(element))).isEqualTo(element);
    }

    @Property(tries = 500)
    void whatIsWrittenTheJdkReadsAlike(@ForAll("elements") Element element) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        String document = HEADER + Xml.text(element) + "</stream:stream>";

        Node root = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8))).getDocumentElement();

        assertThat(sorted(fromDom(root.getFirstChild()))).isEqualTo(sorted(element));
    }

    @Provide
    Arbitrary<String> hostile() {
        return Arbitraries.of(
                "<message>" + "<x>".repeat(40) + "</x>".repeat(40) + "</message>",
                "<message><body>" + "&lol9;".repeat(1000) + "</body></message>",
                "<message><body>" + "&amp;".repeat(200_000) + "</body></message>",
                "<message><body>" + "x".repeat(128 * 1024 + 1) + "</body></message>",
                "<message>" + "<x y='/>'/>".repeat(40_000) + "</message>",
                "<message>" + "<x>".repeat(100_000) + "</x>".repeat(100_000) + "</message>",
                "<message" + " xmlns:a='u'".repeat(65) + "/>",
                "<message a='" + "</m>/>".repeat(50_000) + "'/>",
                "<message" + " ".repeat(300_000) + "><x/></message>",
                "<message><x a='" + "/>".repeat(150_000) + "'/></message >",
                "<message><x></x" + " ".repeat(300_000) + "></message>",
                "<message>" + NASTY + "</message>",
                "<message><x" + " a='>'".repeat(65) + ">" + NASTY + "</x></message>");
    }

    @Provide
    Arbitrary<List<String>> markup() {
        return Arbitraries.of("<", ">", "/>", "</", "<a", "<a>", "</a>", "<b:c", " xmlns:b='u'", " x='y'", "'", "\"",
                "=", "&amp;", "&#65;", "&#", ";", "&x;", "<![CDATA[", "]]>", "<!--", "<?", "?>", " ", "\n", "t",
                "\u00E9", "\uD83D\uDE00", "\u0000", "</stream:stream>")
                .list().ofMaxSize(20);
    }

    @Provide
    Arbitrary<Element> elements() {
        return Arbitraries.lazyOf(this::leaves, this::leaves, this::branches);
    }

    private Arbitrary<Element> leaves() {
        return Combinators.combine(names(), namespaces(), attributes(), texts())
                .as((name, namespace, attributes, text) -> new Element(name, namespace, attributes, text, List.of()));
    }

    private Arbitrary<Element> branches() {
        return Combinators.combine(leaves(), elements().list().ofMaxSize(3)).as((leaf, children) ->
                new Element(leaf.name(), leaf.namespace(), leaf.attributes(), leaf.text(), children));
    }

    private Arbitrary<List<Attribute>> attributes() {
        return Combinators.combine(Arbitraries.of("", "urn:b", Attribute.XML_NAMESPACE), names(), texts())
                .as(Attribute::new)
                .list().ofMaxSize(4).uniqueElements(attribute -> attribute.namespace() + ' ' + attribute.name());
    }

    private Arbitrary<String> names() {
        return Arbitraries.of("a", "query", "x-y", "\u00E9t\u00E9", "_1", "activate");
    }

    private Arbitrary<String> namespaces() {
        return Arbitraries.of("", "jabber:component:accept", "urn:a", "urn:'&<", ElementWriter.STREAMS);
    }

    private Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("ab<>&'\"]\r\n\t ;#\u00E9\u20AC\uFFFD").ofMaxLength(12);
    }

    private static Element good(String a) {
        return Element.of("good", "jabber:component:accept").attribute("a", a).build();
    }

    private static List<Object> parse(List<byte[]> parts) {
        RecordingEvents events = new RecordingEvents();
        StreamParser parser = new StreamParser(ParserLimits.DEFAULT, events);
        for (byte[] part : parts) {
            ByteBuf in = Unpooled.wrappedBuffer(part);
            parser.feed(in);
            assertThat(in.isReadable()).isFalse();
        }
        return events.all();
    }

    private static List<byte[]> cut(byte[] bytes, List<Integer> cuts) {
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (int cut : cuts.stream().map(cut -> Math.min(cut, bytes.length)).sorted().toList()) {
            parts.add(Arrays.copyOfRange(bytes, from, cut));
            from = cut;
        }
        parts.add(Arrays.copyOfRange(bytes, from, bytes.length));
        return parts;
    }

    private static Element fromDom(Node node) {
        Element.Builder element = Element.of(node.getLocalName(), node.getNamespaceURI() == null
                ? "" : node.getNamespaceURI());
        for (int i = 0; i < node.getAttributes().getLength(); i++) {
            Node attribute = node.getAttributes().item(i);
            String namespace = attribute.getNamespaceURI() == null ? "" : attribute.getNamespaceURI();
            if (!namespace.equals("http://www.w3.org/2000/xmlns/")) {
                element.attribute(namespace, attribute.getLocalName(), attribute.getNodeValue());
            }
        }
        for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child.getNodeType() == Node.TEXT_NODE) {
                element.text(child.getNodeValue());
            } else {
                element.child(fromDom(child));
            }
        }
        return element.build();
    }

    private static Element sorted(Element element) {
        return new Element(element.name(), element.namespace(),
                element.attributes().stream().sorted(Comparator.comparing(Attribute::toString)).toList(),
                element.text(), element.children().stream().map(StreamParserPropertiesTest::sorted).toList());
    }
}

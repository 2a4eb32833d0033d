// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import com.fasterxml.aalto.stax.InputFactoryImpl;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.XMLInputFactory2;
import org.codehaus.stax2.io.Stax2ByteArraySource;

/**
 * Builds elements from the bytes of complete stanzas. Each is read inside a small root element that repeats the
 * namespace declarations of the stream header. Confined to its event loop.
 */
final class StanzaReader {
    /**
     * Aalto keeps every name it has met; a fresh factory now and then keeps strangers from filling it, since each new
     * name copies it.
     */
    private static final int BYTES_PER_FACTORY = 64 * 1024;
    private static final byte[] END_OF_ROOT = "</r>".getBytes(StandardCharsets.US_ASCII);

    private final ParserLimits limits;
    private final ArrayDeque<Element.Builder> open = new ArrayDeque<>();
    private InputFactoryImpl factory = newFactory();
    private int bytesRead;
    private String streamName;
    private byte[] root;
    private byte[] document = new byte[0];
    private Malformed malformed;

    StanzaReader(ParserLimits limits) {
        this.limits = limits;
    }

    /** Reads a start tag that will have no end for long, or returns null: see {@link #malformed}. */
    Element readHeader(byte[] bytes, int length) {
        try {
            XMLStreamReader xml = reader(bytes, length);
            if (xml.next() != XMLStreamConstants.START_ELEMENT) {
                return fail(StreamCondition.NOT_WELL_FORMED, "no stream header");
            }
            Element header = start(xml).build();
            streamName = qualified(xml);
            root = rootOf(xml);
            return header;
        } catch (XMLStreamException | RuntimeException e) {
            return notWellFormed();
        }
    }

    /** Reads exactly one element, or returns null: see {@link #malformed}. */
    Element readStanza(byte[] bytes, int length) {
        open.clear();
        malformed = null;
        try {
            XMLStreamReader xml = insideRoot(bytes, length);
            Element stanza = element(xml);
            boolean alone = stanza != null && xml.next() == XMLStreamConstants.END_ELEMENT;
            xml.close();
            return alone ? stanza : malformed == null ? notWellFormed() : null;
        } catch (XMLStreamException | RuntimeException e) {
            // The library's own slips on hostile bytes are the peer's fault all the same.
            return notWellFormed();
        }
    }

    /** Reads the start tag of a stanza as an element without children, or returns null: see {@link #malformed}. */
    Element readStart(byte[] bytes, int length) {
        try {
            XMLStreamReader xml = insideRoot(bytes, length);
            xml.next();
            return start(xml).build();
        } catch (XMLStreamException | RuntimeException e) {
            return notWellFormed();
        }
    }

    /** Whether an end tag carries the name of the stream header. */
    boolean closesStream(byte[] bytes, int length) {
        String tag = new String(bytes, 0, length, StandardCharsets.UTF_8);
        return tag.substring(2, tag.length() - 1).stripTrailing().equals(streamName);
    }

    Malformed malformed() {
        return malformed;
    }

    private Element element(XMLStreamReader xml) throws XMLStreamException {
        int namespaces = 0;
        while (true) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    namespaces += xml.getNamespaceCount();
                    if (namespaces > limits.namespaces()) {
                        return fail(StreamCondition.POLICY_VIOLATION,
                                "a stanza declares more than " + limits.namespaces() + " namespaces");
                    }
                    open.push(start(xml));
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    Element done = open.pop().build();
                    if (open.isEmpty()) {
                        return done;
                    }
                    open.peek().child(done);
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (open.peek().text(xml.getText()).textLength() > limits.textChars()) {
                        return fail(StreamCondition.POLICY_VIOLATION,
                                "a text is longer than " + limits.textChars() + " characters");
                    }
                }
                case XMLStreamConstants.ENTITY_REFERENCE -> {
                    return fail(StreamCondition.RESTRICTED_XML, "an entity that XML does not predefine");
                }
                default -> {
                    return fail(StreamCondition.RESTRICTED_XML, "markup that streams may not contain");
                }
            }
        }
    }

    private static Element.Builder start(XMLStreamReader xml) {
        Element.Builder element = Element.of(xml.getLocalName(), orEmpty(xml.getNamespaceURI()));
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            element.attribute(orEmpty(xml.getAttributeNamespace(i)), xml.getAttributeLocalName(i),
                    xml.getAttributeValue(i));
        }
        return element;
    }

    private static byte[] rootOf(XMLStreamReader header) {
        Element.Builder root = Element.of("r", "");
        for (int i = 0; i < header.getNamespaceCount(); i++) {
            String prefix = orEmpty(header.getNamespacePrefix(i));
            root.attribute(prefix.isEmpty() ? "xmlns" : "xmlns:" + prefix, orEmpty(header.getNamespaceURI(i)));
        }
        ByteBuf out = Unpooled.buffer();
        ElementWriter.write(root.text(" ").build(), "", out);
        byte[] bytes = new byte[out.readableBytes() - " </r>".length()];
        out.readBytes(bytes);
        return bytes;
    }

    private XMLStreamReader insideRoot(byte[] bytes, int length) throws XMLStreamException {
        int all = root.length + length + END_OF_ROOT.length;
        if (document.length < all || document.length > 16 * Math.max(all, 4096)) {
            document = new byte[2 * all];
        }
        System.arraycopy(root, 0, document, 0, root.length);
        System.arraycopy(bytes, 0, document, root.length, length);
        System.arraycopy(END_OF_ROOT, 0, document, root.length + length, END_OF_ROOT.length);
        XMLStreamReader xml = reader(document, all);
        xml.next();
        return xml;
    }

    private XMLStreamReader reader(byte[] bytes, int length) throws XMLStreamException {
        bytesRead += length;
        if (bytesRead > BYTES_PER_FACTORY) {
            factory = newFactory();
            bytesRead = length;
        }
        return factory.createXMLStreamReader(new Stax2ByteArraySource(bytes, 0, length));
    }

    private static InputFactoryImpl newFactory() {
        InputFactoryImpl factory = new InputFactoryImpl();
        factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        factory.setProperty(XMLInputFactory2.P_PRESERVE_LOCATION, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        return factory;
    }

    private static String qualified(XMLStreamReader xml) {
        String prefix = orEmpty(xml.getPrefix());
        return prefix.isEmpty() ? xml.getLocalName() : prefix + ":" + xml.getLocalName();
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private Element notWellFormed() {
        return fail(StreamCondition.NOT_WELL_FORMED, "XML that is not well-formed");
    }

    private Element fail(StreamCondition condition, String reason) {
        malformed = new Malformed(condition, reason);
        return null;
    }
}

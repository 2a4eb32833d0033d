// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The children of a stream's root, one at a time, read by the JDK's parser. Confined to one thread. */
public final class Elements {
    private final XMLStreamReader reader;

    /** Returns after the root's start tag. */
    Elements(InputStream in) throws XMLStreamException {
        reader = XMLInputFactory.newDefaultFactory().createXMLStreamReader(in);
        while (reader.next() != XMLStreamConstants.START_ELEMENT) {
            // the XML declaration
        }
    }

    /** Waits for a whole element. */
    Element next() throws XMLStreamException {
        while (reader.next() != XMLStreamConstants.START_ELEMENT) {
            if (reader.getEventType() == XMLStreamConstants.END_ELEMENT) {
                throw new XMLStreamException("the stream was closed");
            }
        }
        return element(document());
    }

    private Element element(Document document) throws XMLStreamException {
        Element element = document.createElementNS(reader.getNamespaceURI(), reader.getLocalName());
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            element.setAttribute(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        while (reader.next() != XMLStreamConstants.END_ELEMENT) {
            switch (reader.getEventType()) {
                case XMLStreamConstants.START_ELEMENT -> element.appendChild(element(document));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
                    element.appendChild(document.createTextNode(reader.getText()));
                default -> {}
            }
        }
        return element;
    }

    /** The element that a text spells, in a form that is the same for every spelling of it. */
    public static String canonical(String xml) {
        try {
            byte[] wrapped = ("<all>" + xml + "</all>").getBytes(StandardCharsets.UTF_8);
            return canonical(new Elements(new ByteArrayInputStream(wrapped)).next());
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same of an element that was read. */
    public static String canonical(Element element) {
        Map<String, String> attributes = new TreeMap<>();
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            Node attribute = element.getAttributes().item(i);
            attributes.put(attribute.getNodeName(), attribute.getNodeValue());
        }
        String name = "{" + element.getNamespaceURI() + "}" + element.getLocalName();
        StringBuilder text = new StringBuilder(name + attributes + "(");
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            text.append(child instanceof Element inner ? canonical(inner) : child.getNodeValue());
        }
        return text.append(')').toString();
    }

    /** All descendants of this name, in any namespace. */
    public static List<Element> all(Element within, String localName) {
        NodeList nodes = within.getElementsByTagNameNS("*", localName);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    /** The first descendant of this name; fails when there is none. */
    public static Element first(Element within, String localName) {
        return all(within, localName).stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no <" + localName + "/> in " + text(within)));
    }

    /** The condition of a stanza error (RFC 6120 §8.3.3); fails when the stanza is not an error. */
    public static String condition(Element stanza) {
        return ((Element) first(stanza, "error").getFirstChild()).getLocalName();
    }

    public static String text(Element element) {
        try {
            StringWriter text = new StringWriter();
            Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            transformer.transform(new DOMSource(element), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newDefaultNSInstance().newDocumentBuilder().newDocument();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }
}

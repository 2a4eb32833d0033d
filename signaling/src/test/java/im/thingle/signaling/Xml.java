// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import im.thingle.signaling.xml.ElementWriter;
import im.thingle.signaling.xml.ParserLimits;
import im.thingle.signaling.xml.RecordingEvents;
import im.thingle.signaling.xml.StreamParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Stanzas as text, for tests. */
public final class Xml {
    public static final String HEADER = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
            + " xmlns:stream='http://etherx.jabber.org/streams' from='proxy.example.org' id='3BF96D32'>";

    private Xml() {}

    /** Reads one stanza as a component would. */
    public static Element stanza(String text) {
        RecordingEvents events = new RecordingEvents();
        new StreamParser(ParserLimits.DEFAULT, events).feed(bytes(HEADER + text));
        return events.onlyStanza();
    }

    public static Iq iq(String text) {
        return Iq.of(stanza(text));
    }

    public static String text(Element element) {
        ByteBuf out = Unpooled.buffer();
        ElementWriter.write(element, Iq.NAMESPACE, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    public static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ElementWriterTest {
    @Test
    void declaresANamespaceOnlyWhereItChanges() {
        Element iq = Element.of("iq", "jabber:component:accept")
                .child(Element.of("query", "u").child(Element.of("a", "u")).child(Element.of("b", "v"))).build();

        assertThat(Xml.text(iq)).isEqualTo("<iq><query xmlns='u'><a/><b xmlns='v'/></query></iq>");
    }

    @Test
    void escapesWhatXmlWouldMisread() {
        Element element = Element.of("a", "jabber:component:accept").attribute("b", "<&>'\"\n\t\r")
                .text("<&>'\"\n\t\r").build();

        assertThat(Xml.text(element))
                .isEqualTo("<a b='&lt;&amp;&gt;&apos;\"&#10;&#9;&#13;'>&lt;&amp;&gt;'\"\n\t&#13;</a>");
    }

    @Test
    void replacesWhatXmlCannotCarry() {
        Element element = Element.of("a", "jabber:component:accept").text("x\u0000\uD800y\uFFFE\uD83D\uDE00").build();

        assertThat(Xml.text(element)).isEqualTo("<a>x\uFFFD\uFFFDy\uFFFD\uD83D\uDE00</a>");
    }

    @Test
    void usesThePrefixOfTheStreamForItsErrors() {
        Element error = Element.of("error", ElementWriter.STREAMS)
                .child(Element.of("reset", StreamCondition.NAMESPACE)).build();

        assertThat(Xml.text(error))
                .isEqualTo("<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
    }

    @Test
    void writesTheHeaderOfXep0114() {
        ByteBuf out = Unpooled.buffer();

        ElementWriter.writeStreamOpen("jabber:component:accept", "plays.shakespeare.lit", out);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("<?xml version='1.0'?><stream:stream"
                + " xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'"
                + " to='plays.shakespeare.lit'>");
    }
}

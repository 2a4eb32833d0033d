// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.disco;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.StanzaError;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoTest {
    private final DiscoInfo info = new DiscoInfo(List.of("http://jabber.org/protocol/bytestreams", "urn:xmpp:ping"));
    private final DiscoItems items = new DiscoItems();

    @Test
    void isAProxyForBytestreams() {
        assertThat(ask(info, "<query xmlns='http://jabber.org/protocol/disco#info'/>").text()).isEqualTo("""
                <iq type='result' id='d' from='proxy.example.org' to='romeo@example.org/x'>\
                <query xmlns='http://jabber.org/protocol/disco#info'>\
                <identity category='proxy' type='bytestreams' name='Thingle bytestream proxy'/>\
                <feature var='http://jabber.org/protocol/disco#info'/>\
                <feature var='http://jabber.org/protocol/disco#items'/>\
                <feature var='http://jabber.org/protocol/bytestreams'/>\
                <feature var='urn:xmpp:ping'/></query></iq>""");
    }

    @Test
    void hasNoItems() {
        assertThat(ask(items, "<query xmlns='http://jabber.org/protocol/disco#items'/>").text()).isEqualTo(
                "<iq type='result' id='d' from='proxy.example.org' to='romeo@example.org/x'>"
                        + "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
    }

    @Test
    void knowsNoNodes() {
        assertThat(ask(info, "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>").condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(ask(items, "<query xmlns='http://jabber.org/protocol/disco#items' node='x'/>").condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
    }

    private static RecordingReply ask(IqHandler handler, String payload) {
        Iq iq = Xml.iq("<iq type='get' id='d' from='romeo@example.org/x' to='proxy.example.org'>" + payload + "</iq>");
        RecordingReply reply = new RecordingReply(iq);
        handler.handle(iq, reply);
        return reply;
    }
}

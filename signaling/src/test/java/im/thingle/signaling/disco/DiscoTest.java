// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.disco;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoTest {
    private final DiscoNodes nodes = new DiscoNodes();
    private final DiscoInfo info = new DiscoInfo(
            List.of(DiscoInfo.identity("proxy", "bytestreams", "Thingle bytestream proxy")),
            List.of("http://jabber.org/protocol/bytestreams", "urn:xmpp:ping"), nodes);
    private final DiscoItems items = new DiscoItems(List.of(), nodes);

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
    void listsTheItemsOfAllServicesInOrder() {
        DiscoItems both = new DiscoItems(List.of(iq -> List.of(item("a")), iq -> List.of(item("b"))), nodes);

        assertThat(ask(both, "<query xmlns='http://jabber.org/protocol/disco#items' node=''/>").text())
                .contains("<item node='a'/><item node='b'/></query>");
    }

    @Test
    void asksTheFirstServiceThatKnowsTheNode() {
        nodes.add("x"::equals, (iq, reply) -> reply.error(StanzaError.FORBIDDEN, "not you"));
        nodes.add(node -> true, (iq, reply) -> reply.result(iq.payload()));

        assertThat(ask(info, "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>").condition())
                .isEqualTo(StanzaError.FORBIDDEN);
        assertThat(ask(items, "<query xmlns='http://jabber.org/protocol/disco#items' node='y'/>").text())
                .contains("node='y'");
    }

    @Test
    void knowsNoOtherNodes() {
        assertThat(ask(info, "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>").condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(ask(items, "<query xmlns='http://jabber.org/protocol/disco#items' node='x'/>").condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
    }

    private static Element item(String node) {
        return Element.of("item", DiscoItems.NAMESPACE).attribute("node", node).build();
    }

    private static RecordingReply ask(IqHandler handler, String payload) {
        Iq iq = Xml.iq("<iq type='get' id='d' from='romeo@example.org/x' to='proxy.example.org'>" + payload + "</iq>");
        RecordingReply reply = new RecordingReply(iq);
        handler.handle(iq, reply);
        return reply;
    }
}

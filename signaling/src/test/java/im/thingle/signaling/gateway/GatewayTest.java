// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.disco.CapabilitiesHash;
import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import org.junit.jupiter.api.Test;

/** What the gateway passes on, and what it refuses. */
class GatewayTest extends GatewayFixture {
    @Test
    void messagesGoBothWaysWithAllThatIsInThem() {
        String propose = "<propose xmlns='urn:xmpp:jingle-message:0' id='a73s'/><store xmlns='urn:xmpp:hints'/>";
        handle("<message type='chat' id='m1' from='" + ROMEO + "' to='" + SEEN_JULIET + "'>" + propose + "</message>");
        assertThat(sent.poll()).isEqualTo("<message type='chat' id='m1' from='" + SEEN_ROMEO + "' to='" + JULIET + "'>"
                + propose + "</message>");

        handle("<message type='chat' from='" + JULIET + "' to='" + SEEN_ROMEO + "'><body>good night</body></message>");
        assertThat(sent.poll()).contains("from='" + SEEN_JULIET + "' to='" + ROMEO + "'", "<body>good night</body>");
    }

    @Test
    void strangersDoNotBegin() {
        handle("<message type='chat' from='" + JULIET + "' to='" + SEEN_ROMEO + "'><body>psst</body></message>");

        assertThat(sent.poll()).contains("type='error'", "<forbidden", "to='" + JULIET + "'");
        assertThat(ask("get", JULIET, SEEN_ROMEO, "<ping xmlns='urn:xmpp:ping'/>").condition()).isEqualTo(StanzaError.FORBIDDEN);
        assertThat(contacts).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void circlesAndNoUsersAreRefused() {
        String nested = EscapedJid.escape("juliet\\40capulet.lit@" + COMPONENT) + "@" + COMPONENT;
        assertThat(ask("get", ROMEO, nested, "<ping xmlns='urn:xmpp:ping'/>").condition()).isEqualTo(StanzaError.NOT_ACCEPTABLE);
        assertThat(ask("get", ROMEO, "nobody@" + COMPONENT, "<ping xmlns='urn:xmpp:ping'/>").condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(contacts).isEmpty();
    }

    @Test
    void aUserHasSoManyContactsAndNoMore() {
        mostContacts = 1;
        handle("<message from='" + ROMEO + "' to='" + SEEN_JULIET + "'/>");
        sent.clear();

        handle("<message from='" + ROMEO + "' to='nurse\\40capulet.lit@" + COMPONENT + "'/>");

        assertThat(sent.poll()).contains("<resource-constraint");
        assertThat(refused).containsExactly("gateway message resource-constraint");
    }

    /** RFC 6120 §8.3.1: errors are not answered, and what parts two needs no answer. */
    @Test
    void whatIsAnsweredWithAnErrorIsToldOfAndNothingElse() {
        handle("<presence type='subscribe' from='" + JULIET + "' to='" + SEEN_ROMEO + "'/>");
        handle("<presence type='unsubscribe' from='" + JULIET + "' to='nobody@" + COMPONENT + "'/>");
        handle("<message type='error' from='" + JULIET + "' to='" + SEEN_ROMEO + "'/>");

        assertThat(refused).containsExactly("gateway presence forbidden");
        assertThat(sent).hasSize(1);
    }

    @Test
    void subscriptionsAreTheServersBusiness() {
        handle("<presence type='subscribe' id='p' from='romeo@montague.lit' to='juliet\\40capulet.lit@" + COMPONENT + "'/>");
        assertThat(sent.poll()).isEqualTo("<presence type='subscribe' id='p' from='romeo\\40montague.lit@" + COMPONENT
                + "' to='juliet@capulet.lit'/>");
        assertThat(contacts).containsExactly(new ContactsPort.Contact("romeo@montague.lit", "juliet@capulet.lit"));

        handle("<presence type='unsubscribe' from='romeo@montague.lit' to='juliet\\40capulet.lit@" + COMPONENT + "'/>");
        assertThat(sent.poll()).contains("type='unsubscribe'");
        assertThat(contacts).isEmpty();
    }

    @Test
    void capabilitiesAreCutBeforePresenceIsTold() {
        know();
        handle("<presence from='" + JULIET + "' to='romeo\\40montague.lit@" + COMPONENT + "'><show>away</show>"
                + caps("http://code.google.com/p/exodus", "QgayPKawpkPSDYmwT/WM94uAlu0=") + "</presence>");
        assertThat(sent).isEmpty();
        Asked lookup = asked.poll();
        assertThat(lookup.to()).isEqualTo(JULIET);
        assertThat(lookup.from()).isEqualTo("romeo\\40montague.lit@" + COMPONENT);
        String simple = "<identity category='client' name='Exodus 0.9.1' type='pc'/>"
                + "<feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#items'/>"
                + "<feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/muc'/>";
        answer(lookup, INFO + ">" + simple + "</query>");
        assertThat(sent.poll()).isEqualTo("<presence from='" + SEEN_JULIET + "' to='romeo@montague.lit'><show>away</show>"
                + caps("http://code.google.com/p/exodus", "QgayPKawpkPSDYmwT/WM94uAlu0=") + "</presence>");

        // a hash that belongs to something else is believed by nobody (XEP-0115 §9.3)
        handle("<presence from='" + JULIET + "' to='romeo\\40montague.lit@" + COMPONENT + "'>" + caps("x", "AAAA") + "</presence>");
        answer(asked.poll(), INFO + ">" + simple + "</query>");
        assertThat(sent.poll()).isEqualTo("<presence from='" + SEEN_JULIET + "' to='romeo@montague.lit'/>");

        // nothing is told of it that would lead past the relay, and the hash is of what is told
        String wide = simple + "<feature var='urn:xmpp:jingle:transports:raw-udp:1'/>";
        Element query = Xml.stanza("<iq>" + INFO + ">" + wide + "</query></iq>").children().getFirst();
        handle("<presence from='" + JULIET + "' to='romeo\\40montague.lit@" + COMPONENT + "'>"
                + caps("y", CapabilitiesHash.of(query)) + "</presence>");
        answer(asked.poll(), INFO + ">" + wide + "</query>");
        assertThat(sent.poll()).contains("ver='QgayPKawpkPSDYmwT/WM94uAlu0='");
        assertThat(ask("get", ROMEO, SEEN_JULIET, INFO + " node='y#QgayPKawpkPSDYmwT/WM94uAlu0='/>").text())
                .contains("Exodus", "node='y#QgayPKawpkPSDYmwT/WM94uAlu0='")
                .doesNotContain("raw-udp");
        assertThat(asked).isEmpty();
    }

    @Test
    void whenTheComponentGoesItsContactsGo() {
        know();
        handle("<presence from='" + JULIET + "' to='romeo\\40montague.lit@" + COMPONENT + "'/>");
        sent.clear();

        gateway.onLinkDown();
        assertThat(sent.poll()).isEqualTo("<presence type='unavailable' from='" + SEEN_JULIET + "' to='romeo@montague.lit'/>");
        assertThat(sent).isEmpty();

        gateway.onLinkUp();
        assertThat(sent).containsExactly(
                "<presence type='probe' from='romeo\\40montague.lit@" + COMPONENT + "' to='juliet@capulet.lit'/>",
                "<presence type='probe' from='juliet\\40capulet.lit@" + COMPONENT + "' to='romeo@montague.lit'/>");
    }

    @Test
    void someQuestionsArePassedOnAndOthersAreNot() {
        know();
        RecordingReply version = ask("get", JULIET, SEEN_ROMEO, "<query xmlns='jabber:iq:version'/>");
        Asked question = asked.poll();
        assertThat(question.from()).isEqualTo(SEEN_JULIET);
        assertThat(question.to()).isEqualTo(ROMEO);
        answer(question, "<query xmlns='jabber:iq:version'><name>Gajim</name></query>");
        assertThat(version.text()).contains("<name>Gajim</name>", "to='" + JULIET + "'");

        RecordingReply late = ask("get", JULIET, SEEN_ROMEO, "<ping xmlns='urn:xmpp:ping'/>");
        asked.poll().whenAnswered().accept(null);
        assertThat(late.condition()).isEqualTo(StanzaError.REMOTE_SERVER_TIMEOUT);

        // XEP-0065 by itself would tell addresses
        assertThat(ask("set", ROMEO, SEEN_JULIET, "<query xmlns='http://jabber.org/protocol/bytestreams' sid='x'/>").condition())
                .isEqualTo(StanzaError.SERVICE_UNAVAILABLE);
        assertThat(asked).isEmpty();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import static im.thingle.signaling.echo.EchoFixture.BARE;
import static im.thingle.signaling.echo.EchoFixture.COMPONENT;
import static im.thingle.signaling.echo.EchoFixture.ECHO;
import static im.thingle.signaling.echo.EchoFixture.ROMEO;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordedRoutes;
import im.thingle.signaling.Xml;
import im.thingle.signaling.disco.CapabilitiesHash;
import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients see of the account before they send it a file: XEP-0030, XEP-0115, RFC 6121, XEP-0353. */
class EchoServiceTest {
    private static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'";

    /** XEP-0353 §3: each of its messages has it. */
    private static final String STORE = "<store xmlns='urn:xmpp:hints'/></message>";

    private final EchoFixture echo = new EchoFixture();

    @Test
    void otherAccountsAreNotItsBusiness() {
        for (String to : List.of("juliet\\40capulet.lit@" + COMPONENT, COMPONENT, "echo\\40x@" + COMPONENT, "echoes@" + COMPONENT)) {
            assertThat(echo.service.handle(Xml.stanza("<message from='" + ROMEO + "' to='" + to + "'/>"), null)).isFalse();
        }
    }

    @Test
    void tellsWhatClientsLookForBeforeTheyShowTheButton() {
        String answer = echo.ask("get", ROMEO, ECHO, INFO + "/>").text();

        assertThat(answer).contains("<identity category='client' type='bot' name='Thingle echo'/>");
        for (String feature : List.of("urn:xmpp:jingle:1", "urn:xmpp:jingle:apps:file-transfer:3", "urn:xmpp:jingle:apps:file-transfer:4",
                "urn:xmpp:jingle:apps:file-transfer:5", "urn:xmpp:jingle:transports:s5b:1", "urn:xmpp:jingle:transports:ibb:1",
                "urn:xmpp:hashes:2", "http://jabber.org/protocol/caps", "urn:xmpp:ping", "jabber:iq:version")) {
            assertThat(answer).contains("<feature var='" + feature + "'/>");
        }
        assertThat(answer).doesNotContain("rtp");
        assertThat(echo.ask("get", "stranger@capulet.lit/x", BARE, INFO + "/>").condition()).isNull();
    }

    @Test
    void theHashInItsPresenceIsOfWhatItTells() {
        echo.handle("<presence type='probe' from='romeo@montague.lit' to='" + BARE + "'/>");
        Element presence = Xml.stanza(echo.sent.poll());
        Element caps = presence.child("c", "http://jabber.org/protocol/caps");
        String node = caps.attribute("node") + "#" + caps.attribute("ver");

        Element stanza = Xml.stanza(echo.ask("get", ROMEO, ECHO, INFO + " node='" + node + "'/>").text());

        Element query = Iq.of(stanza).payload();
        assertThat(query.attribute("node")).isEqualTo(node);
        assertThat(CapabilitiesHash.of(query)).isEqualTo(caps.attribute("ver"));
        assertThat(query.children()).hasSize(17);
        assertThat(echo.ask("get", ROMEO, ECHO, INFO + " node='" + node + "x'/>").condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
    }

    @Test
    void smallCourtesies() {
        assertThat(echo.ask("get", ROMEO, ECHO, "<ping xmlns='urn:xmpp:ping'/>").text()).contains("type='result'");
        assertThat(echo.ask("get", ROMEO, ECHO, "<query xmlns='jabber:iq:version'/>").text()).contains("<version>1.0</version>");
        assertThat(echo.ask("get", ROMEO, BARE, "<query xmlns='http://jabber.org/protocol/disco#items'/>").text())
                .contains("type='result'");
        assertThat(echo.ask("get", ROMEO, BARE, "<vCard xmlns='vcard-temp'/>").condition()).isEqualTo(StanzaError.SERVICE_UNAVAILABLE);
        assertThat(echo.ask("set", ROMEO, ECHO, "<ping xmlns='urn:xmpp:ping'/>").condition()).isEqualTo(StanzaError.SERVICE_UNAVAILABLE);
    }

    @Test
    void theComponentListsIt() {
        RecordedRoutes routes = RecordedRoutes.of(echo.service);

        assertThat(routes.items.getFirst().apply(null)).singleElement()
                .satisfies(item -> assertThat(item.attribute("jid")).isEqualTo(BARE));
    }

    @Test
    void subscriptionsAreGranted() {
        echo.handle("<presence type='subscribe' from='romeo@montague.lit' to='" + BARE + "'/>");

        assertThat(echo.sent.poll()).isEqualTo("<presence type='subscribed' from='" + BARE + "' to='romeo@montague.lit'/>");
        assertThat(echo.sent.poll()).startsWith("<presence from='" + ECHO + "' to='romeo@montague.lit'><status>")
                .contains("<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='");
        assertThat(echo.contacts).containsExactly(new ContactsPort.Contact("romeo@montague.lit", BARE));

        echo.service.onLinkUp();
        assertThat(echo.sent.poll()).startsWith("<presence from='" + ECHO + "' to='romeo@montague.lit'>");
        echo.service.onLeaving();
        assertThat(echo.sent.poll()).isEqualTo("<presence type='unavailable' from='" + ECHO + "' to='romeo@montague.lit'/>");

        echo.handle("<presence type='unsubscribe' from='romeo@montague.lit' to='" + BARE + "'/>");
        assertThat(echo.sent).containsExactly("<presence type='unsubscribed' from='" + BARE + "' to='romeo@montague.lit'/>",
                "<presence type='unavailable' from='" + ECHO + "' to='romeo@montague.lit'/>");
        assertThat(echo.contacts).isEmpty();
    }

    @Test
    void notToEverybody() {
        echo.handle("<presence type='subscribe' from='juliet@capulet.lit' to='" + BARE + "'/>");
        echo.handle("<presence type='probe' from='juliet@capulet.lit' to='" + BARE + "'/>");
        echo.handle("<presence from='juliet@capulet.lit/x' to='" + BARE + "'/>");
        echo.mostContacts = 0;
        echo.handle("<presence type='subscribe' from='romeo@montague.lit' to='" + BARE + "'/>");

        String no = "<presence type='unsubscribed' from='" + BARE + "' to='";
        assertThat(echo.sent).containsExactly(no + "juliet@capulet.lit'/>", no + "juliet@capulet.lit'/>", no + "romeo@montague.lit'/>");
        assertThat(echo.contacts).isEmpty();
    }

    @Test
    void whoShowsItselfIsShownPresenceOnce() {
        String directed = "<presence from='" + ROMEO + "' to='" + BARE + "'/>";
        echo.handle(directed);
        echo.handle(directed);
        assertThat(echo.sent).hasSize(1);
        assertThat(echo.sent.poll()).startsWith("<presence from='" + ECHO + "' to='" + ROMEO + "'>");

        echo.handle("<presence type='unavailable' from='" + ROMEO + "' to='" + BARE + "'/>");
        echo.handle(directed);
        assertThat(echo.sent).hasSize(1);

        echo.handle("<presence type='error' from='" + ROMEO + "' to='" + BARE + "'/>");
        echo.handle("<presence type='subscribed' from='" + ROMEO + "' to='" + BARE + "'/>");
        assertThat(echo.sent).hasSize(1);
    }

    @Test
    void peopleAreToldWhatToDoButNotForEver() {
        for (int i = 0; i < 20; i++) {
            echo.message(ROMEO, "<body>hi</body>");
        }
        assertThat(echo.sent).hasSize(10);
        assertThat(echo.letter()).isEqualTo(Wording.HELP);
        echo.sent.clear();

        echo.advance(61);
        echo.message(ROMEO, "<active xmlns='http://jabber.org/protocol/chatstates'/>");
        echo.message(ROMEO, "<body> </body>");
        echo.handle("<message type='error' from='" + ROMEO + "' to='" + BARE + "'><body>hi</body></message>");
        echo.handle("<iq type='result' id='1' from='" + ROMEO + "' to='" + ECHO + "'/>");
        assertThat(echo.sent).isEmpty();

        echo.message("juliet@capulet.lit/x", "<body>hi</body>");
        assertThat(echo.sent.poll()).contains("type='error'", "<forbidden");
    }

    @Test
    void callsThatAreProposedAreRejected() {
        echo.message(ROMEO, "<propose xmlns='urn:xmpp:jingle-message:0' id='ca3cf894'>"
                + "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></propose><store xmlns='urn:xmpp:hints'/>");

        assertThat(echo.sent.poll()).contains("to='" + ROMEO + "'", "<reject xmlns='urn:xmpp:jingle-message:0' id='ca3cf894'>"
                + "<reason xmlns='urn:xmpp:jingle:1'><unsupported-applications/><text>" + Wording.NO_CALLS
                + "</text></reason></reject>" + STORE);
        assertThat(echo.letter()).isEqualTo(Wording.NO_CALLS);
    }

    @Test
    void filesThatAreProposedAreWelcome() {
        echo.message(ROMEO, "<propose xmlns='urn:xmpp:jingle-message:0' id='x'>" + EchoFixture.hello("") + "</propose>");

        assertThat(echo.sent).hasSize(1);
        assertThat(echo.sent.poll()).contains("<proceed xmlns='urn:xmpp:jingle-message:0' id='x'/>" + STORE);
    }

    /** XEP-0353 §3.7: a session that comes of a proposal and is turned down is over, too. */
    @Test
    void whatWasProposedAndTurnsOutToBeSomethingElseIsFinished() {
        echo.message(ROMEO, "<propose xmlns='urn:xmpp:jingle-message:0' id='" + EchoFixture.SID + "'>"
                + EchoFixture.hello("") + "</propose>");
        echo.sent.clear();

        echo.romeo(EchoFixture.offer("<description xmlns='urn:example:chess'/>", EchoFixture.inBand("i")));

        assertThat(echo.next().text()).contains("session-terminate", "<unsupported-applications/>");
        assertThat(echo.letter()).isEqualTo(Wording.FILES_ONLY);
        assertThat(echo.sent.poll()).contains("to='" + ROMEO + "'", "<finish xmlns='urn:xmpp:jingle-message:0' id='"
                + EchoFixture.SID + "'><reason xmlns='urn:xmpp:jingle:1'><unsupported-applications/></reason></finish>"
                + STORE);
    }

    @Test
    void proposalsThatNothingComesOfAreForgotten() {
        Proposals proposals = new Proposals();
        for (int i = 0; i <= Proposals.MOST; i++) {
            proposals.welcome("romeo@montague.lit", "id" + i);
        }

        assertThat(proposals.finish("romeo@montague.lit", "id0")).isFalse();
        assertThat(proposals.finish("juliet@capulet.lit", "id1")).isFalse();
        assertThat(proposals.finish("romeo@montague.lit", "id1")).isTrue();
        assertThat(proposals.finish("romeo@montague.lit", "id1")).isFalse();
    }

    /** As for contacts behind the gateway: each change is written to a disk. */
    @Test
    void whoSubscribesTooOftenIsRefusedAndCanUnsubscribeAllTheSame() {
        echo.mostContacts = EchoPresence.SUBSCRIPTIONS_PER_MINUTE;
        String unsubscribe = "<presence type='unsubscribe' from='romeo@montague.lit' to='" + BARE + "'/>";
        for (int i = 0; i < EchoPresence.SUBSCRIPTIONS_PER_MINUTE; i++) {
            echo.handle(unsubscribe);
            echo.handle("<presence type='subscribe' from='romeo@montague.lit' to='" + BARE + "'/>");
        }
        assertThat(echo.refused).isEmpty();
        assertThat(echo.contacts).isNotEmpty();
        echo.sent.clear();

        echo.handle("<presence type='subscribe' id='p' from='romeo@montague.lit' to='" + BARE + "'/>");
        assertThat(echo.refused).containsExactly("echo presence resource-constraint");
        assertThat(echo.sent.poll()).startsWith("<presence type='error' id='p' from='" + BARE + "' to='romeo@montague.lit'>")
                .contains("<resource-constraint");
        echo.handle(unsubscribe);
        assertThat(echo.sent.poll()).startsWith("<presence type='unsubscribed' from='" + BARE + "' to='romeo@");
        assertThat(echo.refused).hasSize(1);
        assertThat(echo.contacts).isEmpty();

        echo.sent.clear();
        echo.handle("<presence type='subscribe' from='benvolio@montague.lit' to='" + BARE + "'/>");
        assertThat(echo.sent.poll()).contains("type='subscribed'");
        echo.advance(60);
        echo.sent.clear();
        echo.handle("<presence type='subscribe' from='romeo@montague.lit' to='" + BARE + "'/>");
        assertThat(echo.sent.poll()).contains("type='subscribed'");
    }

    @Test
    void offersThatComeTooFastAreRefused() {
        String offer = EchoFixture.offer("<description xmlns='urn:example:chess'/>", EchoFixture.inBand("i"));
        for (int i = 0; i < EchoSessions.OFFERS_PER_MINUTE; i++) {
            assertThat(echo.romeo(offer).condition()).isNull();
        }

        assertThat(echo.romeo(offer).condition()).isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
        assertThat(echo.ask("set", "benvolio@montague.lit/x", ECHO, offer).condition()).isNull();
        echo.advance(1);
        assertThat(echo.romeo(offer).condition()).isNull();
    }
}

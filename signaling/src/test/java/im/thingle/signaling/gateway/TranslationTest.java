// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.stanza.StanzaError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes from Romeo to Juliet names both as she knows them, and leads her client nowhere else. */
class TranslationTest extends GatewayFixture {
    private static final String INVITES = "xmlns='urn:xmpp:call-invites:0'";

    @BeforeEach
    void acquaint() {
        know();
    }

    /** %r is Romeo, %s how he is seen; %j is Juliet, %k how he knows her. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "<invite xmlns='urn:xmpp:call-invites:0'><jingle sid='1' jid='%r'/></invite>"
                + " | <invite xmlns='urn:xmpp:call-invites:0'><jingle sid='1' jid='%s'/></invite>",
        "<reply xmlns='urn:xmpp:reply:0' to='%k' id='1'/> | <reply xmlns='urn:xmpp:reply:0' to='%j' id='1'/>",
        "<stanza-id xmlns='urn:xmpp:sid:0' by='Romeo@Montague.lit' id='1'/>"
                + " | <stanza-id xmlns='urn:xmpp:sid:0' by='romeo\\40montague.lit@proxy.montague.lit' id='1'/>",
        "<reference xmlns='urn:xmpp:reference:0' uri='xmpp:romeo@montague.lit?message'/>"
                + " | <reference xmlns='urn:xmpp:reference:0' uri='xmpp:romeo%5C40montague.lit@proxy.montague.lit?message'/>",
        "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='s' from='%r'/><message"
                + " xmlns='jabber:client' from='%k' to='%r'><body>I</body></message></forwarded>"
                + " | <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='s'/><message"
                + " xmlns='jabber:client' from='%j' to='%s'><body>I</body></message></forwarded>",
        "<x xmlns='jabber:x:delay' stamp='s' from='montague.lit'/> | <x xmlns='jabber:x:delay' stamp='s'/>",
        "<x xmlns='jabber:x:conference' jid='room@muc.lit'/> | <x xmlns='jabber:x:conference' jid='room@muc.lit'/>",
        "<body>romeo@montague.lit</body> | <body>romeo@montague.lit</body>"})
    void addressesOfTheTwoAreTheReaders(String sends, String isRead) {
        handle("<message type='chat' from='" + ROMEO + "' to='" + SEEN_JULIET + "'>" + named(sends) + "</message>");

        assertThat(sent.poll()).isEqualTo(
                "<message type='chat' from='" + SEEN_ROMEO + "' to='" + JULIET + "'>" + named(isRead) + "</message>");
    }

    /** RFC 6120 §8.3.3.5, §8.3.3.14. */
    @ParameterizedTest
    @ValueSource(strings = {"gone", "redirect"})
    void nobodyIsLedToAnotherAddress(String condition) {
        String error = "<error type='cancel' by='juliet@capulet.lit'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>%s</%s></error>";
        for (String stanza : new String[] {"message", "presence"}) {
            handle("<" + stanza + " type='error' from='" + JULIET + "' to='" + SEEN_ROMEO + "'>"
                    + error.formatted(condition, "xmpp:juliet@verona.lit", condition) + "</" + stanza + ">");

            assertThat(sent.poll()).contains("<" + condition + " ").doesNotContain("verona", "by='juliet@");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<invite " + INVITES + "><jingle sid='1' jid='mixer@verona.lit/1'/></invite>",
        "<invite " + INVITES + "><muji xmlns='urn:xmpp:jingle:muji:0' room='balcony@muc.lit'/></invite>",
        "<accept " + INVITES + " id='1'><other xmlns='urn:example:way'/></accept>"})
    void callsPastTheRelayAreRefused(String payload) {
        handle("<message id='m' type='chat' from='" + ROMEO + "' to='" + SEEN_JULIET + "'>" + payload + "</message>");

        assertThat(sent.poll()).contains("type='error'", "id='m'", "to='" + ROMEO + "'", "<not-acceptable");
        assertThat(sent).isEmpty();
    }

    @Test
    void waysIntoACallPassThatDoNotLeadPastTheRelay() {
        handle("<message type='chat' from='" + ROMEO + "' to='" + SEEN_JULIET + "'><invite " + INVITES + "><jingle sid='1'/>"
                + "<jingle sid='2' jid='mixer@verona.lit/1'/><external uri='tel:+12345678'/></invite></message>");
        assertThat(sent.poll()).contains("<jingle sid='1'/>", "tel:").doesNotContain("mixer");
    }

    /** RFC 6121 §8.5.2.1.1. */
    @Test
    void roomsAreNoContacts() {
        handle("<message id='m' type='groupchat' from='" + ROMEO + "' to='" + SEEN_JULIET + "'><body>all</body></message>");

        assertThat(sent.poll()).contains("type='error'", "<service-unavailable", "to='" + ROMEO + "'");
        assertThat(sent).isEmpty();
    }

    @Test
    void presenceTellsOfNoCallsInRooms() {
        handle("<presence from='" + ROMEO + "' to='juliet\\40capulet.lit@" + COMPONENT + "'>"
                + "<muji xmlns='urn:xmpp:jingle:muji:0'/><status>Hi</status></presence>");
        assertThat(sent.poll()).contains("<status>Hi</status>").doesNotContain("muji");
    }

    @Test
    void answersNameTheTwoAsTheReaderKnowsThem() {
        RecordingReply items = ask("get", ROMEO, "juliet\\40capulet.lit@" + COMPONENT,
                "<query xmlns='http://jabber.org/protocol/disco#items'/>");
        answer(asked.poll(), "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='juliet@capulet.lit' node='urn:xmpp:mood'/>"
                + "<item jid='" + JULIET + "'/><item jid='rooms.capulet.lit'/></query>");
        assertThat(items.text())
                .contains("<item jid='juliet\\40capulet.lit@proxy.montague.lit' node='urn:xmpp:mood'/>", "<item jid='" + SEEN_JULIET + "'/>")
                .doesNotContain("rooms", "'juliet@");

        RecordingReply published = ask("get", ROMEO, "juliet\\40capulet.lit@" + COMPONENT,
                "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n'/></pubsub>");
        answer(asked.poll(), "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n'><item id='1' publisher='" + JULIET
                + "'/></items></pubsub>");
        assertThat(published.text()).contains("publisher='" + SEEN_JULIET + "'");
    }

    /** Contents are between the two; what stands beside them may name them. */
    @Test
    void sessionsAreTranslatedBesideTheirContents() {
        ask("set", ROMEO, SEEN_JULIET, "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a'>"
                + "<content creator='initiator' name='f'><description xmlns='urn:xmpp:jingle:apps:file-transfer:5' by='romeo@montague.lit'/>"
                + "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='i' block-size='4096'/></content>"
                + "<transfer xmlns='urn:xmpp:jingle:transfer:0' from='" + ROMEO + "'/></jingle>");

        assertThat(asked.poll().payload()).contains("by='romeo@montague.lit'", "from='" + SEEN_ROMEO + "'");
        assertThat(ask("get", ROMEO, SEEN_JULIET, "<muji xmlns='urn:xmpp:jingle:muji:0'/>").condition())
                .isEqualTo(StanzaError.SERVICE_UNAVAILABLE);
    }

    private static String named(String text) {
        return text.replace("%r", ROMEO).replace("%s", SEEN_ROMEO).replace("%j", JULIET).replace("%k", SEEN_JULIET);
    }
}

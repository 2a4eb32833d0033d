// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.disco.CapabilitiesHash;
import im.thingle.signaling.stanza.StanzaError;
import org.junit.jupiter.api.Test;

/** Sessions and their messages, from the address that a client writes to the one that the other reads. */
class GatewaySessionsTest extends GatewayFixture {
    private static final String OFFER = "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a73s'>"
            + "<content creator='initiator' name='f'><description xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>"
            + "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='i' block-size='4096'/></content></jingle>";
    private static final String PING = "<jingle xmlns='urn:xmpp:jingle:1' action='session-info' sid='a73s'/>";

    @Test
    void sessionsAreFoundWhateverTheSpellingOfTheAddresses() {
        assertThat(ask("set", "Romeo@Montague.LIT/orchard", "Juliet\\40Capulet.lit@PROXY.montague.lit/balcony", OFFER).condition())
                .isNull();
        Asked offer = asked.poll();
        assertThat(offer.from()).isEqualTo(SEEN_ROMEO);
        assertThat(offer.to()).isEqualTo(JULIET);
        answer(offer, "");

        assertThat(ask("set", ROMEO, SEEN_JULIET, PING).condition()).isNull();
        assertThat(ask("set", "JULIET@capulet.lit/balcony", "ROMEO\\40montague.lit@proxy.montague.lit/orchard", PING).condition())
                .isNull();
        assertThat(asked).extracting(Asked::to).containsExactly(JULIET, ROMEO);
        // resources are case-sensitive (RFC 6122 §2.4)
        assertThat(ask("set", "romeo@montague.lit/ORCHARD", SEEN_JULIET, PING).condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(sessionEvents).containsExactly("started file " + ROMEO + " " + JULIET);
    }

    /** What Romeo's client offers over its own leg says nothing of Juliet's. */
    @Test
    void aClientThatTellsOfSocketsIsOfferedThem() {
        know();
        String told = INFO + "><identity category='client' type='pc'/><feature var='urn:xmpp:jingle:transports:s5b:1'/></query>";
        String ver = CapabilitiesHash.of(Xml.stanza("<iq>" + told + "</iq>").children().getFirst());
        handle("<presence from='" + JULIET + "' to='romeo\\40montague.lit@" + COMPONENT + "'>" + caps("x", ver) + "</presence>");
        answer(asked.poll(), told);

        assertThat(ask("set", ROMEO, SEEN_JULIET, OFFER).condition()).isNull();
        assertThat(asked.poll().payload()).contains("urn:xmpp:jingle:transports:s5b:1").doesNotContain("transports:ibb:1");

        handle("<presence type='unavailable' from='" + JULIET + "' to='romeo\\40montague.lit@" + COMPONENT + "'/>");
        assertThat(ask("set", ROMEO, SEEN_JULIET, OFFER.replace("a73s", "b")).condition()).isNull();
        assertThat(asked.poll().payload()).contains("urn:xmpp:jingle:transports:ibb:1").doesNotContain("transports:s5b:1");
    }

    @Test
    void whoHasNoPermissionBeginsNothing() {
        romeoIsUser = false;

        assertThat(ask("set", ROMEO, SEEN_JULIET, OFFER).condition()).isEqualTo(StanzaError.FORBIDDEN);

        assertThat(asked).isEmpty();
        assertThat(contacts).isEmpty();
    }

    @Test
    void permissionThatIsWithdrawnEndsAcquaintances() {
        know();
        assertThat(ask("set", JULIET, SEEN_ROMEO, OFFER).condition()).isNull();

        romeoIsUser = false;

        assertThat(ask("set", JULIET, SEEN_ROMEO, PING).condition()).isEqualTo(StanzaError.FORBIDDEN);
    }

    /** XEP-0353 §3: all of it, and nothing of it changed but addresses. */
    @Test
    void theMessagesAroundACallGoBothWays() {
        for (String step : new String[] {
            "<propose xmlns='urn:xmpp:jingle-message:0' id='ca3c'><description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></propose>",
            "<retract xmlns='urn:xmpp:jingle-message:0' id='ca3c'><reason xmlns='urn:xmpp:jingle:1'><cancel/></reason></retract>",
            "<finish xmlns='urn:xmpp:jingle-message:0' id='ca3c'/>"}) {
            String rest = step + "<request xmlns='urn:xmpp:receipts'/><store xmlns='urn:xmpp:hints'/>"
                    + "<origin-id xmlns='urn:xmpp:sid:0' id='o1'/>";
            handle("<message type='chat' id='m1' xml:lang='it' from='" + ROMEO + "' to='juliet\\40capulet.lit@" + COMPONENT + "'>"
                    + rest + "</message>");
            assertThat(sent.poll()).isEqualTo("<message type='chat' id='m1' xml:lang='it' from='" + SEEN_ROMEO
                    + "' to='juliet@capulet.lit'>" + rest + "</message>");
        }
        for (String word : new String[] {"ringing", "proceed", "reject", "finish"}) {
            String step = "<" + word + " xmlns='urn:xmpp:jingle-message:0' id='ca3c'/><store xmlns='urn:xmpp:hints'/>";
            handle("<message type='chat' id='m2' from='" + JULIET + "' to='" + SEEN_ROMEO + "'>" + step + "</message>");
            assertThat(sent.poll()).isEqualTo("<message type='chat' id='m2' from='" + SEEN_JULIET + "' to='" + ROMEO + "'>" + step
                    + "</message>");
        }
    }

    @Test
    void bouncesComeBackAndGoNoFurther() {
        String bounce = "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
        know();
        handle("<message type='error' id='m1' from='" + JULIET + "' to='" + SEEN_ROMEO + "'>" + bounce + "</message>");
        assertThat(sent.poll()).isEqualTo("<message type='error' id='m1' from='" + SEEN_JULIET + "' to='" + ROMEO + "'>" + bounce
                + "</message>");

        contacts.clear();
        handle("<message type='error' from='" + JULIET + "' to='" + SEEN_ROMEO + "'>" + bounce + "</message>");
        handle("<message type='error' from='" + ROMEO + "' to='" + SEEN_JULIET + "'>" + bounce + "</message>");
        handle("<message type='error' from='" + ROMEO + "' to='nobody@" + COMPONENT + "'>" + bounce + "</message>");
        assertThat(sent).isEmpty();
        assertThat(contacts).isEmpty();
    }

    @Test
    void answersThatNobodyWaitsForAreDropped() {
        know();
        for (String type : new String[] {"result", "error"}) {
            handle("<iq type='" + type + "' id='late' from='" + JULIET + "' to='" + SEEN_ROMEO + "'/>");
            handle("<iq type='" + type + "' id='late' from='" + JULIET + "' to='nobody@" + COMPONENT + "'/>");
        }

        assertThat(sent).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void serversAreNoContacts() {
        assertThat(ask("get", "montague.lit", SEEN_JULIET, "<ping xmlns='urn:xmpp:ping'/>").condition())
                .isEqualTo(StanzaError.NOT_ACCEPTABLE);
        assertThat(ask("get", ROMEO, "capulet.lit@" + COMPONENT, "<ping xmlns='urn:xmpp:ping'/>").condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(contacts).isEmpty();
    }

    @Test
    void whoGoesOfflineEndsTheSessionsWithWhoeverSeesIt() {
        ask("set", ROMEO, SEEN_JULIET, OFFER);
        answer(asked.poll(), "");

        handle("<presence type='unavailable' from='" + JULIET + "' to='romeo\\40montague.lit@" + COMPONENT + "'/>");
        for (long second = 1; second < 15; second++) {
            gateway.onTick(second * 1_000_000_000L);
        }

        assertThat(asked).extracting(Asked::payload).allSatisfy(payload -> assertThat(payload).contains("session-terminate", "<gone/>"));
        assertThat(sessionEvents).last().isEqualTo("ended gone by ");
    }

    /** While stanzas still go out: first the sessions, then those who were in them. */
    @Test
    void whenTheComponentLeavesSessionsEndBeforeContactsGo() {
        ask("set", ROMEO, SEEN_JULIET, OFFER);
        answer(asked.poll(), "");
        handle("<presence from='" + JULIET + "' to='romeo\\40montague.lit@" + COMPONENT + "'/>");
        sent.clear();

        gateway.onLeaving();
        assertThat(asked).extracting(Asked::to).containsExactly(ROMEO, JULIET);
        assertThat(sent).isEmpty();
        gateway.onLinkDown();
        assertThat(sent).singleElement().asString().contains("unavailable");
        assertThat(sessionEvents).last().isEqualTo("ended gone by ");
    }

    @Test
    void whatEndedWithTheLinkIsToldWhenItIsBack() {
        ask("set", ROMEO, SEEN_JULIET, OFFER);
        answer(asked.poll(), "");

        gateway.onLinkDown();
        assertThat(asked).isEmpty();

        gateway.onLinkUp();
        assertThat(asked).extracting(Asked::payload).hasSize(2)
                .allSatisfy(payload -> assertThat(payload).contains("session-terminate", "<connectivity-error/>"));
    }

    @Test
    void manyQuestionsAtATimeAreAFlood() {
        know();
        RecordingReply last = null;
        for (int i = 0; i < 65; i++) {
            last = ask("get", ROMEO, SEEN_JULIET, "<ping xmlns='urn:xmpp:ping'/>");
        }
        assertThat(last.condition()).isEqualTo(StanzaError.RESOURCE_CONSTRAINT);

        answer(asked.poll(), "");

        assertThat(ask("get", ROMEO, SEEN_JULIET, "<ping xmlns='urn:xmpp:ping'/>").condition()).isNull();
    }

    /** Who takes back his acquaintance has nothing more to do with the other party, nor she with him. */
    @Test
    void whoPartsEndsWhatTheTwoHaveWithEachOther() {
        mostContacts = 3;
        ask("set", ROMEO, SEEN_JULIET, OFFER);
        ask("set", ROMEO, "nurse\\40capulet.lit@" + COMPONENT + "/kitchen", OFFER.replace("a73s", "other"));
        asked.forEach(each -> answer(each, ""));
        asked.clear();

        handle("<presence type='unsubscribe' from='romeo@montague.lit' to='juliet\\40capulet.lit@" + COMPONENT + "'/>");

        assertThat(asked).extracting(Asked::to).containsExactly(ROMEO, JULIET);
        assertThat(asked).extracting(Asked::payload).allSatisfy(payload ->
                assertThat(payload).contains("session-terminate", "<gone/>").doesNotContain("other"));
        assertThat(sessions.size()).isOne();
    }

    @Test
    void whoMayNotPartEndsNothing() {
        ask("set", ROMEO, SEEN_JULIET, OFFER);

        handle("<presence type='unsubscribe' from='juliet@capulet.lit' to='romeo\\40montague.lit@" + COMPONENT + "'/>");

        assertThat(sessions.size()).isOne();
    }

    @Test
    void aClientHasNoSessionWithItself() {
        String self = SEEN_ROMEO;
        assertThat(ask("set", ROMEO, self, OFFER).condition()).isEqualTo(StanzaError.NOT_ACCEPTABLE);
        assertThat(sessionEvents).isEmpty();
        assertThat(sessions.size()).isZero();
    }

    @Test
    void twoClientsOfOneUserHaveSessionsWithEachOther() {
        String garden = "romeo@montague.lit/garden";
        assertThat(ask("set", ROMEO, SEEN_ROMEO.replace("orchard", "garden"), OFFER).condition()).isNull();
        Asked offer = asked.poll();
        assertThat(offer.from()).isEqualTo(SEEN_ROMEO);
        assertThat(offer.to()).isEqualTo(garden);
        answer(offer, "");
        assertThat(ask("set", garden, SEEN_ROMEO, PING).condition()).isNull();
        assertThat(asked.poll().to()).isEqualTo(ROMEO);

        handle("<presence type='unsubscribe' from='romeo@montague.lit' to='romeo\\40montague.lit@" + COMPONENT + "'/>");
        assertThat(asked).extracting(Asked::to).containsExactly(ROMEO, garden);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void aFloodOfOffersIsRefused() {
        know();
        int refused = 0;
        for (int i = 0; i < 700; i++) {
            refused += ask("set", JULIET, SEEN_ROMEO, OFFER.replace("a73s", "s" + i)).condition()
                    == StanzaError.RESOURCE_CONSTRAINT ? 1 : 0;
        }
        assertThat(refused).isEqualTo(100);
        assertThat(ask("set", ROMEO, SEEN_JULIET, OFFER).condition()).isNull();

        nowNanos += 1_000_000_000L;
        assertThat(ask("set", JULIET, SEEN_ROMEO, OFFER.replace("a73s", "again")).condition()).isNull();
    }

    /** Each is written to a disk. */
    @Test
    void aFloodOfChangesOfContactsIsRefused() {
        mostContacts = 1_000;
        for (int i = 0; i < 700; i++) {
            handle("<message from='" + ROMEO + "' to='nurse" + i + "\\40capulet.lit@" + COMPONENT + "'/>");
        }
        assertThat(contacts).hasSize(600);
        assertThat(sent).filteredOn(each -> each.contains("<resource-constraint")).hasSize(100);
        sent.clear();

        handle("<presence type='unsubscribe' from='" + ROMEO + "' to='stranger\\40capulet.lit@" + COMPONENT + "'/>");
        assertThat(sent).isEmpty();
        handle("<presence type='unsubscribe' from='" + ROMEO + "' to='nurse1\\40capulet.lit@" + COMPONENT + "'/>");
        assertThat(sent).isNotEmpty();
        assertThat(contacts).hasSize(599);
    }
}

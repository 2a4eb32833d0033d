// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import im.thingle.signaling.disco.CapabilitiesHash;
import im.thingle.signaling.port.ContactsPort;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 6121 §3, §4, through two servers and a gateway between them. */
class PresenceRelayTest extends GatewayFixture {
    private static final String ROMEO_BARE = "romeo@montague.lit";
    private static final String JULIET_BARE = "juliet@capulet.lit";
    private static final String SEEN_ROMEO_BARE = "romeo\\40montague.lit@" + COMPONENT;
    private static final String SEEN_JULIET_BARE = "juliet\\40capulet.lit@" + COMPONENT;

    @Test
    void subscriptionsAndTheirAnswersGoBothWays() {
        handle(presence("subscribe", ROMEO_BARE, SEEN_JULIET_BARE));
        assertThat(sent.poll()).isEqualTo(presence("subscribe", SEEN_ROMEO_BARE, JULIET_BARE));
        handle(presence("subscribed", JULIET_BARE, SEEN_ROMEO_BARE));
        assertThat(sent.poll()).isEqualTo(presence("subscribed", SEEN_JULIET_BARE, ROMEO_BARE));
        handle(presence("subscribe", JULIET_BARE, SEEN_ROMEO_BARE));
        assertThat(sent.poll()).isEqualTo(presence("subscribe", SEEN_JULIET_BARE, ROMEO_BARE));
        handle(presence("probe", ROMEO_BARE, SEEN_JULIET_BARE));
        assertThat(sent.poll()).isEqualTo(presence("probe", SEEN_ROMEO_BARE, JULIET_BARE));
    }

    /** Who removes a contact takes back both subscriptions and is gone; none of this makes the two acquainted again. */
    @Test
    void aContactThatIsRemovedStaysRemoved() {
        know();
        handle("<presence from='" + JULIET + "' to='" + SEEN_ROMEO_BARE + "'/>");
        handle("<presence from='" + ROMEO + "' to='" + SEEN_JULIET_BARE + "'/>");
        sent.clear();

        handle(presence("unsubscribe", ROMEO_BARE, SEEN_JULIET_BARE));
        assertThat(sent.poll()).isEqualTo(presence("unsubscribe", SEEN_ROMEO_BARE, JULIET_BARE));
        assertThat(sent).containsExactlyInAnyOrder(
                presence("unavailable", SEEN_ROMEO, JULIET_BARE), presence("unavailable", SEEN_JULIET, ROMEO_BARE));
        sent.clear();

        handle(presence("unsubscribed", ROMEO_BARE, SEEN_JULIET_BARE));
        assertThat(sent.poll()).isEqualTo(presence("unsubscribed", SEEN_ROMEO_BARE, JULIET_BARE));
        handle(presence("unavailable", ROMEO, SEEN_JULIET_BARE));
        handle(presence("unavailable", JULIET, SEEN_ROMEO_BARE));
        handle(presence("unsubscribed", JULIET_BARE, SEEN_ROMEO_BARE));
        assertThat(sent).isEmpty();
        assertThat(contacts).isEmpty();
        gateway.onLinkDown();
        assertThat(sent).isEmpty();
    }

    /** What ejabberd answers to a probe. */
    @Test
    void aDelayDoesNotTellWhoseItIs() {
        know();

        handle("<presence from='" + JULIET + "' to='" + SEEN_ROMEO_BARE + "'><delay xmlns='urn:xmpp:delay' from='" + JULIET
                + "' stamp='2026-11-23T16:38:54Z'/></presence>");

        assertThat(sent.poll()).contains("stamp='2026-11-23T16:38:54Z'").doesNotContain(JULIET);
    }

    @Test
    void whatAUserHasBegunNoOutsiderUndoes() {
        know();

        handle(presence("unsubscribe", JULIET_BARE, SEEN_ROMEO_BARE));
        handle(presence("unsubscribed", JULIET_BARE, SEEN_ROMEO_BARE));

        assertThat(sent).hasSize(2);
        assertThat(contacts).hasSize(1);
    }

    @Test
    void presenceOfStrangersIsRefusedAndTheirFarewellsAreIgnored() {
        handle("<presence from='" + JULIET + "' to='" + SEEN_ROMEO_BARE + "'/>");
        assertThat(sent.poll()).contains("type='error'", "<forbidden");
        handle(presence("unavailable", JULIET, SEEN_ROMEO_BARE));
        handle(presence("error", JULIET, SEEN_ROMEO_BARE));
        assertThat(sent).isEmpty();
    }

    @Test
    void errorsOfThoseWhoKnowEachOtherArePassedOn() {
        know();

        handle(presence("error", JULIET_BARE, SEEN_ROMEO_BARE));

        assertThat(sent.poll()).isEqualTo(presence("error", SEEN_JULIET_BARE, ROMEO_BARE));
    }

    @Test
    void whileCapabilitiesAreLookedUpTheLatestPresenceIsHeldAndFarewellsAreNot() {
        know();
        handle(withCaps("<show>away</show>"));
        handle(withCaps("<show>dnd</show>"));
        assertThat(asked).hasSize(1); // one client is asked once
        asked.poll().whenAnswered().accept(null);
        assertThat(sent.poll()).contains("<show>dnd</show>").doesNotContain("caps");
        assertThat(sent).isEmpty();

        handle(withCaps("<show>away</show>"));
        handle(presence("unavailable", JULIET, SEEN_ROMEO_BARE));
        assertThat(sent.poll()).contains("unavailable");
        asked.poll().whenAnswered().accept(null);
        assertThat(sent).isEmpty();
    }

    /** Another client of the same kind may be slow, or not what it says it is. */
    @Test
    void noClientIsWaitedForInTheNameOfAnother() {
        know();
        handle(withCaps(""));
        Asked slow = asked.poll();
        handle(withCaps("").replace("/balcony", "/chamber"));
        answer(asked.poll(), INFO + "><identity category='client' name='Exodus 0.9.1' type='pc'/>"
                + "<feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#items'/>"
                + "<feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/muc'/></query>");
        assertThat(sent.poll()).contains("/chamber", "ver='QgayPKawpkPSDYmwT/WM94uAlu0='");

        handle(withCaps("<show>away</show>"));
        assertThat(sent.poll()).contains("/balcony", "<show>away</show>", "ver='QgayPKawpkPSDYmwT/WM94uAlu0='");
        slow.whenAnswered().accept(null);
        assertThat(sent).isEmpty();
    }

    /** XEP-0115 §5.4, §9.3: the hash is right, and yet it may be another client's. */
    @Test
    void capabilitiesThatMayBePoisonedAreNotTold() {
        know();
        String poisoned = INFO + "><identity category='client' type='pc'/><feature var='a'/><feature var='a'/></query>";
        String ver = CapabilitiesHash.of(Xml.stanza("<iq>" + poisoned + "</iq>").children().getFirst());
        handle("<presence from='" + JULIET + "' to='" + SEEN_ROMEO_BARE + "'>" + caps("x", ver) + "</presence>");

        answer(asked.poll(), poisoned);

        assertThat(sent.poll()).isEqualTo("<presence from='" + SEEN_JULIET + "' to='" + ROMEO_BARE + "'/>");
    }

    /** Each contact waits for what the client has said last, and for nothing before. */
    @Test
    void whoRepeatsItselfMakesNobodyWaitTwice() {
        know();
        CapabilitiesCache cache = new CapabilitiesCache(this, true);
        List<Object> told = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            cache.translate(Xml.stanza("<presence>" + caps("n", "v") + "</presence>").children().getFirst(), JULIET,
                    i == 0 ? "other" : SEEN_ROMEO_BARE, caps -> told.add("told"));
        }

        assertThat(asked).hasSize(1);
        asked.poll().whenAnswered().accept(null);

        assertThat(told).hasSize(2);
    }

    /** Whoever changes all the time is not looked up all the time, and keeps nobody else from being looked up. */
    @Test
    void aFloodOfCapabilitiesIsNobodyElsesBusiness() {
        know();
        for (int i = 0; i < 2 * CapabilitiesCache.MOST_OF_AN_ACCOUNT; i++) {
            handle(withCaps("").replace("exodus", "exodus" + i));
        }
        assertThat(asked).hasSize(CapabilitiesCache.MOST_OF_AN_ACCOUNT);
        assertThat(sent).isNotEmpty().allSatisfy(each -> assertThat(each).doesNotContain("caps"));

        handle("<presence from='" + ROMEO + "' to='" + SEEN_JULIET_BARE + "'>" + caps("x", "AAAA") + "</presence>");
        assertThat(asked).last().extracting(Asked::to).isEqualTo(ROMEO);

        asked.poll().whenAnswered().accept(null);
        handle(withCaps("").replace("exodus", "latest"));
        assertThat(asked).last().extracting(Asked::to).isEqualTo(JULIET);
    }

    @Test
    void moreClientsThanAnybodyHasAreNotShown() {
        know();
        for (int i = 0; i < 2 * PresenceRelay.MOST_CLIENTS; i++) {
            handle("<presence from='juliet@capulet.lit/" + i + "' to='" + SEEN_ROMEO_BARE + "'/>");
        }
        assertThat(sent).hasSize(PresenceRelay.MOST_CLIENTS);

        handle(presence("unavailable", "juliet@capulet.lit/0", SEEN_ROMEO_BARE));
        handle("<presence from='juliet@capulet.lit/last' to='" + SEEN_ROMEO_BARE + "'/>");
        assertThat(sent).last().asString().contains("/last");
    }

    @Test
    void theComponentsOwnAccountsAreNotAsked() {
        contacts.add(new ContactsPort.Contact(ROMEO_BARE, "echo@" + COMPONENT));

        gateway.onLinkUp();

        assertThat(sent).isEmpty();
    }

    @Test
    void manyContactsAreAskedAfterOneAnother() {
        for (int i = 0; i < PresenceRelay.PROBED_AT_ONCE + 5; i++) {
            contacts.add(new ContactsPort.Contact(ROMEO_BARE, "nurse" + i + "@capulet.lit"));
        }

        gateway.onLinkUp();
        assertThat(sent).hasSize(2 * PresenceRelay.PROBED_AT_ONCE);
        gateway.onTick(0);
        assertThat(sent).hasSize(2 * PresenceRelay.PROBED_AT_ONCE + 10);
        gateway.onTick(1);
        assertThat(sent).hasSize(2 * PresenceRelay.PROBED_AT_ONCE + 10);
    }

    private static String presence(String type, String from, String to) {
        return "<presence type='" + type + "' from='" + from + "' to='" + to + "'/>";
    }

    private static String withCaps(String show) {
        return "<presence from='" + JULIET + "' to='" + SEEN_ROMEO_BARE + "'>" + show
                + caps("http://code.google.com/p/exodus", "QgayPKawpkPSDYmwT/WM94uAlu0=") + "</presence>";
    }
}

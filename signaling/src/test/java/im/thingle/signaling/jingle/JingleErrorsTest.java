// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.JULIET;
import static im.thingle.signaling.jingle.Brokered.ROMEO;
import static im.thingle.signaling.jingle.Brokered.SEEN_JULIET;
import static im.thingle.signaling.jingle.Brokered.content;
import static im.thingle.signaling.jingle.Brokered.file;
import static im.thingle.signaling.jingle.Brokered.inBand;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static im.thingle.signaling.jingle.Brokered.socks5;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** XEP-0166 §6.3.2, §7.2.16 and §10: what is refused, how, and that nothing comes of it. */
class JingleErrorsTest {
    private static final String OFFER = jingle("session-initiate", file(socks5("s", "")));
    private static final String CALL = "<content creator='initiator' name='voice'>"
            + "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>" + inBand("s", 4096) + "</content>";

    private final Brokered brokered = new Brokered();

    @ParameterizedTest
    @ValueSource(strings = {
        "<jingle xmlns='urn:xmpp:jingle:1' sid='a'/>",
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate'><content creator='initiator' name='a'/></jingle>",
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid=''><content creator='initiator'"
                + " name='a'/></jingle>",
        "<jingle xmlns='urn:xmpp:jingle:1' action='dance' sid='a'/>",
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a'/>",
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a'><content name='a'/></jingle>",
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a'><content creator='me' name='a'/></jingle>",
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a'><content creator='initiator'/></jingle>",
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a'><content creator='initiator' name='a'/>"
                + "<content creator='initiator' name='a'/></jingle>"})
    void whatBreaksTheRules(String payload) {
        refused(brokered.romeo(payload), StanzaError.BAD_REQUEST, null);
    }

    @Test
    void sessionsOfManyContentsAndWithLongIds() {
        StringBuilder contents = new StringBuilder();
        for (int i = 0; i <= Jingle.MOST_CONTENTS; i++) {
            contents.append("<content creator='initiator' name='").append(i).append("'>").append(inBand("s" + i, 4096))
                    .append("</content>");
        }
        refused(brokered.romeo(jingle("session-initiate", contents.toString())), StanzaError.BAD_REQUEST, null);
        refused(brokered.romeo(OFFER.replace("a73sjjvkla37jfea", "a".repeat(257))), StanzaError.BAD_REQUEST, null);
    }

    @Test
    void sessionsOfBareAddresses() {
        refused(brokered.send("romeo@montague.lit", SEEN_JULIET, JULIET, OFFER), StanzaError.BAD_REQUEST, null);
        refused(brokered.send(ROMEO, SEEN_JULIET, "juliet@capulet.lit", OFFER), StanzaError.BAD_REQUEST, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"session-info", "session-terminate", "session-accept", "transport-info", "content-add"})
    void unknownSessions(String action) {
        refused(brokered.romeo(jingle(action, content(socks5("s", "")))), StanzaError.ITEM_NOT_FOUND,
                "unknown-session");
    }

    @Test
    void aSessionIsUnknownToOthersAndToBothOnceItIsOver() {
        brokered.connect();
        RecordingReply stranger =
                brokered.send("paris@montague.lit/x", SEEN_JULIET, JULIET,
                        jingle("session-terminate", "<reason><cancel/></reason>"));
        refused(stranger, StanzaError.ITEM_NOT_FOUND, "unknown-session");
        RecordingReply elsewhere =
                brokered.send("romeo@montague.lit/garden", SEEN_JULIET, JULIET, jingle("session-info", ""));
        refused(elsewhere, StanzaError.ITEM_NOT_FOUND, "unknown-session");

        brokered.romeo(jingle("session-terminate", "<reason><success/></reason>"));
        assertThat(brokered.sessions.size()).isOne(); // bytes are still under way
        assertThat(brokered.next().theirs()).isEqualTo(JULIET);
        refused(brokered.juliet(jingle("session-info", "")), StanzaError.ITEM_NOT_FOUND, "unknown-session");
        refused(brokered.romeo(jingle("session-terminate", "")), StanzaError.ITEM_NOT_FOUND, "unknown-session");
    }

    @Test
    void whatDoesNotFitTheState() {
        Asked offer = brokered.offer(file(socks5("s", "")));
        refused(brokered.romeo(OFFER), StanzaError.UNEXPECTED_REQUEST, "out-of-order");
        refused(brokered.romeo(jingle("session-accept", file(socks5("s", "")))), StanzaError.UNEXPECTED_REQUEST,
                "out-of-order");
        refused(brokered.juliet(OFFER), StanzaError.UNEXPECTED_REQUEST, "out-of-order");

        String accept = jingle("session-accept", file(socks5(offer.transport().attribute("sid"), "")));
        brokered.juliet(accept);
        brokered.ackAll();
        refused(brokered.juliet(accept), StanzaError.UNEXPECTED_REQUEST, "out-of-order");
    }

    @ParameterizedTest
    @ValueSource(strings = {"transport-accept", "transport-reject", "content-accept", "content-reject"})
    void answersToWhatNobodyHasAsked(String action) {
        brokered.agree();

        refused(brokered.romeo(jingle(action, content(inBand("s", 4096)))), StanzaError.UNEXPECTED_REQUEST,
                "out-of-order");
        refused(brokered.juliet(jingle(action, content(inBand("s", 4096)))), StanzaError.UNEXPECTED_REQUEST,
                "out-of-order");
    }

    @Test
    void nobodyAcceptsTheirOwnContent() {
        brokered.agree();
        String added = "<content creator='initiator' name='two'>" + inBand("t", 4096) + "</content>";
        brokered.romeo(jingle("content-add", added));
        brokered.ackAll();

        refused(brokered.romeo(jingle("content-accept", added)), StanzaError.UNEXPECTED_REQUEST, "out-of-order");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-modify", "content-remove", "transport-info", "transport-replace",
            "content-accept"})
    void contentsThatAreNotThere(String action) {
        brokered.agree();

        String unknown = "<content creator='responder' name='ex'>" + socks5("s", "") + "</content>";
        refused(brokered.romeo(jingle(action, unknown)), StanzaError.ITEM_NOT_FOUND, null);
    }

    @Test
    void contentsThatAreThereAlready() {
        brokered.agree();

        refused(brokered.romeo(jingle("content-add", file(socks5("s", "")))), StanzaError.ITEM_NOT_FOUND, null);
    }

    @Test
    void candidatesThatNobodyHasOffered() {
        Asked[] agreed = brokered.agree();
        String sid = agreed[0].transport().attribute("sid");

        refused(brokered.juliet(jingle("transport-info", content(socks5(sid, "<candidate-used cid='hft54dqy'/>")))),
                StanzaError.BAD_REQUEST, null);
        // nor those of the other leg
        refused(brokered.juliet(jingle("transport-info", content(socks5(sid, agreed[1].used(0))))),
                StanzaError.BAD_REQUEST, null);
        refused(brokered.juliet(jingle("transport-info", content(socks5(sid, "<candidate-used/>")))),
                StanzaError.BAD_REQUEST, null);
        assertThat(brokered.streams.joined).isEmpty();
    }

    /** §7.2.16: on Juliet's leg the relay is the initiator, and what the initiator sends comes first. */
    @Test
    void replacementsOfBothAtTheSameTime() {
        Asked[] agreed = brokered.agree();
        String sid = agreed[0].transport().attribute("sid");
        brokered.juliet(jingle("transport-info", content(socks5(sid, "<candidate-error/>"))));
        Asked ours = brokered.next();
        assertThat(ours.action()).isEqualTo("transport-replace");

        refused(brokered.juliet(jingle("transport-replace", content(inBand("mine", 4096)))), StanzaError.CONFLICT,
                "tie-break");

        ours.ack();
        refused(brokered.juliet(jingle("transport-replace", content(inBand("mine", 4096)))), StanzaError.CONFLICT,
                "tie-break");
        brokered.juliet(jingle("transport-accept", content(inBand(ours.transport().attribute("sid"), 4096))));
        assertThat(brokered.next().text()).contains("<open ");
    }

    /** §7.2.16, for what Romeo does, on the leg on which the relay has begun. */
    @Test
    void theSameActionOfBothAtTheSameTime() {
        brokered.agree();
        RecordingReply romeos = brokered.romeo(
                jingle("content-modify", "<content creator='initiator' name='ex' senders='both'/>"));
        Asked told = brokered.next();

        refused(brokered.juliet(jingle("content-modify", "<content creator='initiator' name='ex' senders='none'/>")),
                StanzaError.CONFLICT, "tie-break");
        assertThat(romeos.text()).isNull();
        told.ack();
        assertThat(romeos.text()).contains("type='result'");

        // the other way round Romeo's client has to say so
        RecordingReply juliets = brokered.juliet(
                jingle("content-modify", "<content creator='initiator' name='ex' senders='none'/>"));
        brokered.next().refuse(StanzaError.CONFLICT, Element.of("tie-break", JingleError.NAMESPACE).build());
        refused(juliets, StanzaError.CONFLICT, "tie-break");
    }

    @Test
    void contentsAddedByBothAtTheSameTime() {
        brokered.agree();
        brokered.romeo(
                jingle("content-add", "<content creator='initiator' name='two'>" + inBand("t", 4096) + "</content>"));
        assertThat(brokered.next().theirs()).isEqualTo(JULIET);

        refused(
                brokered.juliet(
                        jingle("content-add",
                                "<content creator='responder' name='two'>" + inBand("t", 4096) + "</content>")),
                                StanzaError.CONFLICT, "tie-break");
    }

    /** §7.2.16: the offer with the lower id comes first, whichever reaches the relay first. */
    @Test
    void callsToEachOtherAtTheSameTime() {
        brokered.romeo(jingle("session-initiate", CALL));
        Asked offer = brokered.next();

        refused(brokered.juliet(jingle("session-initiate", CALL).replace("a73s", "b73s")), StanzaError.CONFLICT,
                "tie-break");
        assertThat(brokered.juliet(jingle("session-initiate", CALL).replace("a73s", "Z73s")).text())
                .contains("type='result'");

        assertThat(brokered.next().text()).contains("session-terminate", "sid='a73sjjvkla37jfea'",
                "<alternative-session/>");
        assertThat(brokered.next().text()).contains("session-terminate", "sid='a73sjjvkla37jfea'");
        assertThat(brokered.next().text()).contains("session-initiate", "sid='Z73sjjvkla37jfea'");
        offer.refuse(StanzaError.CONFLICT, Element.of("tie-break", JingleError.NAMESPACE).build());
        assertThat(brokered.sessions.size()).isOne();
    }

    @Test
    void filesToEachOtherAtTheSameTimeAreTwoWishes() {
        brokered.romeo(OFFER);

        assertThat(brokered.juliet(OFFER.replace("a73s", "b73s")).text()).contains("type='result'");

        assertThat(brokered.sessions.size()).isEqualTo(2);
    }

    @Test
    void moreSessionsThanThereMayBe() {
        Brokered few = new Brokered(new GatewayLimits(0, 1, Duration.ofMinutes(10)));
        few.offer(file(socks5("s", "")));
        refused(few, few.romeo(OFFER.replace("a73s", "b73s")), StanzaError.RESOURCE_CONSTRAINT, null);
        assertThat(few.juliet(OFFER.replace("a73s", "c73s")).condition()).isNull();

        Brokered one = new Brokered(new GatewayLimits(1, 0, Duration.ofMinutes(10)));
        one.offer(file(socks5("s", "")));
        refused(one, one.juliet(OFFER.replace("a73s", "b73s")), StanzaError.RESOURCE_CONSTRAINT, null);
        one.romeo(jingle("session-terminate", ""));
        one.ackAll();
        assertThat(one.juliet(OFFER).condition()).isNull();
    }

    @Test
    void whileTheRelayGoesDownNothingBegins() {
        brokered.connect();
        brokered.draining = true;

        refused(brokered.romeo(OFFER.replace("a73s", "b73s")), StanzaError.RESOURCE_CONSTRAINT, null);
        assertThat(brokered.romeo(jingle("session-info", "")).condition()).isNull();
    }

    private void refused(RecordingReply reply, StanzaError condition, String jingles) {
        refused(brokered, reply, condition, jingles);
    }

    private static void refused(Brokered brokered, RecordingReply reply, StanzaError condition, String jingles) {
        assertThat(reply.condition()).isEqualTo(condition);
        if (jingles != null) {
            assertThat(reply.text()).contains("<" + jingles + " xmlns='urn:xmpp:jingle:errors:1'/>");
        }
        assertThat(brokered.asked).isEmpty();
    }
}

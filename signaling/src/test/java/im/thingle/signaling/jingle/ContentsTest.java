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
import im.thingle.signaling.bytestreams.StreamHash;
import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** XEP-0166 §7.2: contents come and go in a session; and what else goes from leg to leg while it lasts. */
class ContentsTest {
    private static final String TWO = "<content creator='initiator' name='two' senders='initiator'>"
            + "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>%s</content>";

    private final Brokered brokered = new Brokered();

    @Test
    void aContentIsAddedAndAccepted() {
        brokered.connect();
        assertThat(brokered.romeo(jingle("content-add", TWO.formatted(inBand("t", 4096)))).condition()).isNull();
        Asked added = brokered.next();
        assertThat(added.theirs()).isEqualTo(JULIET);
        assertThat(added.text()).contains("name='two'", "file-transfer:5").doesNotContain("sid='t'");
        added.ack();

        brokered.juliet(jingle("content-accept", TWO.formatted(inBand(added.transport().attribute("sid"), 4096))));

        Asked accepted = brokered.next();
        assertThat(accepted.theirs()).isEqualTo(ROMEO);
        assertThat(accepted.action()).isEqualTo("content-accept");
        assertThat(accepted.transport().attribute("sid")).isEqualTo("t");
        assertThat(brokered.next().text()).contains("<open ");
        assertThat(brokered.romeo("<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='t'/>")
                .condition()).isNull();
    }

    @Test
    void aContentIsAddedAndRejected() {
        brokered.connect();
        brokered.romeo(jingle("content-add", TWO.formatted(inBand("t", 4096))));
        brokered.ackAll();

        brokered.juliet(
                jingle("content-reject", "<content creator='initiator' name='two'/><reason><decline/></reason>"));

        Asked rejected = brokered.next();
        assertThat(rejected.theirs()).isEqualTo(ROMEO);
        assertThat(rejected.text()).contains("content-reject", "<decline/>");
        assertThat(brokered.sessions.inBandStreams()).isZero();
        assertThat(brokered.sessions.size()).isOne();
    }

    @Test
    void aContentThatTheRelayCannotCarryIsRejectedByIt() {
        brokered.connect();

        brokered.romeo(
                jingle("content-add", TWO.formatted("<transport xmlns='urn:xmpp:jingle:transports:raw-udp:1'/>")));

        Asked rejected = brokered.next();
        assertThat(rejected.theirs()).isEqualTo(ROMEO);
        assertThat(rejected.text()).contains("content-reject", "<unsupported-transports/>");
        assertThat(brokered.asked).isEmpty();
    }

    @Test
    void aContentThatTheOtherClientRefusesIsRejected() {
        brokered.connect();
        brokered.romeo(jingle("content-add", TWO.formatted(inBand("t", 4096))));

        brokered.next().refuse(StanzaError.CONFLICT, Element.of("tie-break", JingleError.NAMESPACE).build());

        assertThat(brokered.next().text()).contains("content-reject", "name='two'");
        assertThat(brokered.sessions.inBandStreams()).isZero();
    }

    /** Who leaves a content out of its acceptance wants none of it. */
    @Test
    void contentsLeftOutOfTheAcceptAreReleased() {
        Asked offer = brokered.offer(file(inBand("a", 4096)) + TWO.formatted(inBand("b", 4096)));
        assertThat(brokered.sessions.inBandStreams()).isEqualTo(4);

        brokered.juliet(jingle("session-accept", file(inBand(offer.transport().attribute("sid"), 4096))));

        assertThat(brokered.next().text()).contains("session-accept", "name='ex'").doesNotContain("name='two'");
        assertThat(brokered.sessions.inBandStreams()).isEqualTo(2);
        assertThat(brokered.romeo(jingle("content-remove", "<content creator='initiator' name='two'/>")).condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(brokered.romeo("<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='a'/>")
                .condition()).isNull();
    }

    /** One that has been added meanwhile has not been left out: it has an answer of its own. */
    @Test
    void contentsAddedBeforeTheAcceptAreNotLeftOut() {
        Asked offer = brokered.offer(file(inBand("a", 4096)));
        brokered.romeo(jingle("content-add", TWO.formatted(inBand("b", 4096))));
        brokered.ackAll();

        brokered.juliet(jingle("session-accept", file(inBand(offer.transport().attribute("sid"), 4096))));

        assertThat(brokered.sessions.inBandStreams()).isEqualTo(4);
    }

    @Test
    void aContentThatNobodyAnswersIsTakenBack() {
        brokered.connect();
        brokered.romeo(jingle("content-add", TWO.formatted(inBand("t", 4096))));
        brokered.ackAll();
        brokered.advance(9 * 60);
        assertThat(brokered.asked).isEmpty();

        brokered.advance(2 * 60);

        Asked rejected = brokered.next();
        assertThat(rejected.theirs()).isEqualTo(ROMEO);
        assertThat(rejected.text()).contains("content-reject", "name='two'", "<timeout/>").doesNotContain("name='ex'");
        Asked removed = brokered.next();
        assertThat(removed.theirs()).isEqualTo(JULIET);
        assertThat(removed.text()).contains("content-remove", "name='two'", "<timeout/>");
        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.sessions.inBandStreams()).isZero();
        assertThat(brokered.juliet(jingle("content-accept", TWO.formatted(inBand("x", 4096)))).condition())
                .isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(brokered.sessions.size()).isOne();
    }

    @Test
    void aSessionEndsWithItsLastContentAlsoIfThatIsNeverAnswered() {
        brokered.connect();
        brokered.romeo(jingle("content-add", TWO.formatted(inBand("t", 4096))));
        brokered.romeo(jingle("content-remove", "<content creator='initiator' name='ex'/>"));
        brokered.ackAll();

        brokered.advance(11 * 60);

        assertThat(brokered.ackAll()).extracting(Asked::action)
                .containsExactly("content-reject", "content-remove", "session-terminate", "session-terminate");
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void aSessionEndsWithItsLastContent() {
        brokered.connect();
        brokered.romeo(jingle("content-add", TWO.formatted(inBand("t", 4096))));
        brokered.ackAll();
        brokered.romeo(jingle("content-remove", "<content creator='initiator' name='ex'/>"));
        assertThat(brokered.next().text()).contains("content-remove", "name='ex'");
        assertThat(brokered.streams.cut).hasSize(1);
        assertThat(brokered.sessions.size()).isOne();

        brokered.juliet(
                jingle("content-remove", "<content creator='initiator' name='two'/><reason><cancel/></reason>"));

        assertThat(brokered.next().text()).contains("content-remove", "name='two'", "<cancel/>");
        assertThat(brokered.next().text()).contains("session-terminate", "<cancel/>");
        assertThat(brokered.next().text()).contains("session-terminate", "<cancel/>");
        assertThat(brokered.sessions.size()).isZero();
        assertThat(brokered.events).last().isEqualTo("ended cancel by " + JULIET + " bytes 3");
    }

    @Test
    void thereIsAnEndToContents() {
        brokered.connect();
        for (int i = 1; i < Jingle.MOST_CONTENTS; i++) {
            assertThat(
                    brokered.romeo(jingle("content-add", TWO.replace("two", "t" + i).formatted(inBand("t" + i, 4096))))
                            .condition())
                    .isNull();
        }
        assertThat(brokered.romeo(jingle("content-add", TWO.formatted(inBand("t", 4096)))).condition())
                .isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
    }

    /** §6.8: only who gets them knows whether it understands. */
    @ParameterizedTest
    @ValueSource(strings = {
        "session-info:<received xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='ex'/>",
        "session-info:<checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><hash xmlns='urn:xmpp:hashes:2'"
                + " algo='sha-1'>w0mc</hash></file></checksum>",
        "session-info:",
        "security-info:<content creator='initiator' name='ex'><security"
                + " xmlns='urn:xmpp:jingle:security:xtls:0'><fingerprint algo='sha-1'>5E</fingerprint><method"
                + " name='srp'/></security></content>",
        "description-info:<content creator='initiator' name='ex'><description"
                + " xmlns='urn:xmpp:jingle:apps:file-transfer:5'/></content>",
        "content-modify:<content creator='initiator' name='ex' senders='none'/>"})
    void informationIsPassedOnAsItIsAndAnsweredByTheOtherClient(String what) {
        brokered.connect();
        String payload = what.substring(what.indexOf(':') + 1);
        String action = what.substring(0, what.indexOf(':'));

        RecordingReply reply = brokered.juliet(jingle(action, payload));

        Asked told = brokered.next();
        assertThat(told.theirs()).isEqualTo(ROMEO);
        assertThat(told.text()).isEqualTo(payload.isEmpty() ? jingle(action, "").replace("></jingle>", "/>")
                : jingle(action, payload));
        assertThat(reply.text()).isNull();
        told.refuse(StanzaError.FEATURE_NOT_IMPLEMENTED, Element.of("unsupported-info", JingleError.NAMESPACE).build());
        assertThat(reply.text()).contains("<feature-not-implemented",
                "<unsupported-info xmlns='urn:xmpp:jingle:errors:1'/>");
        assertThat(brokered.sessions.size()).isOne();
    }

    @Test
    void whoDoesNotAnswerEndsTheSession() {
        brokered.connect();
        RecordingReply ping = brokered.juliet(jingle("session-info", ""));

        brokered.next().whenAnswered().accept(null);

        assertThat(ping.condition()).isEqualTo(StanzaError.REMOTE_SERVER_TIMEOUT);
        assertThat(brokered.next().text()).contains("session-terminate", "<timeout/>");
        assertThat(brokered.next().text()).contains("session-terminate", "<timeout/>");
    }

    @Test
    void whoHasForgottenTheSessionIsToldNothingMore() {
        brokered.connect();
        RecordingReply ping = brokered.juliet(jingle("session-info", ""));

        brokered.next().refuse(StanzaError.ITEM_NOT_FOUND,
                Element.of("unknown-session", JingleError.NAMESPACE).build());

        assertThat(ping.text()).contains("<unknown-session ");
        Asked bye = brokered.next();
        assertThat(bye.theirs()).isEqualTo(JULIET);
        assertThat(bye.text()).contains("<gone/>");
        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.sessions.size()).isZero();
    }

    /** §7.2.13: candidates come whenever they are found; nothing is carried before somebody has accepted. */
    @Test
    void transportsThatAreReadyBeforeTheAcceptWaitForIt() {
        Asked offer = brokered.offer(file(socks5("s", "")));
        String sid = offer.transport().attribute("sid");
        assertThat(
                brokered.romeo(
                        jingle("transport-info",
                                content(socks5("s", "<candidate cid='late' host='10.0.0.1' port='1'/>"))))
                .condition()).isNull();
        assertThat(brokered.juliet(jingle("transport-info", content(socks5(sid, offer.used(0))))).condition()).isNull();
        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.streams.joined).isEmpty();

        brokered.juliet(jingle("session-accept", file(socks5(sid, ""))));
        Asked answer = brokered.next();
        brokered.romeo(jingle("transport-info", content(socks5("s", answer.used(0)))));

        assertThat(brokered.streams.joined).hasSize(1);
    }

    /** The ids of candidates are no secret. */
    @Test
    void partiesThatAreBothReadyBeforeTheAcceptAreJoinedOnceAfterIt() {
        Asked offer = brokered.offer(file(socks5("s", "")));
        String sid = offer.transport().attribute("sid");
        String guessed = "relay-" + StreamHash.of("s", SEEN_JULIET, ROMEO).substring(0, 8) + "-0";
        brokered.romeo(jingle("transport-info", content(socks5("s", "<candidate-used cid='" + guessed + "'/>"))));
        brokered.juliet(jingle("transport-info", content(socks5(sid, offer.used(0)))));
        assertThat(brokered.streams.joined).isEmpty();

        brokered.juliet(jingle("session-accept", file(socks5(sid, ""))));

        assertThat(brokered.streams.joined).hasSize(1);
    }

    @Test
    void anAcceptThatTheOtherClientRefusesEndsTheSession() {
        Asked offer = brokered.offer(file(socks5("s", "")));
        brokered.juliet(jingle("session-accept", file(socks5(offer.transport().attribute("sid"), ""))));

        brokered.next().refuse(StanzaError.BAD_REQUEST, null);

        assertThat(brokered.ackAll()).filteredOn(asked -> "session-terminate".equals(asked.action())).hasSize(2);
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void aReplacementThatCannotBeIsRejected() {
        brokered.agree();
        for (String bad : new String[] {"<transport xmlns='urn:xmpp:jingle:transports:raw-udp:1' sid='x'/>",
                inBand("x", 16), "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' block-size='4096'/>"}) {
            assertThat(brokered.romeo(jingle("transport-replace", content(bad))).condition()).isNull();
            assertThat(brokered.next().text()).contains("transport-reject");
        }
        assertThat(brokered.romeo(jingle("transport-replace", content(""))).condition())
                .isEqualTo(StanzaError.BAD_REQUEST);
        assertThat(brokered.sessions.size()).isOne();
        // what carries is not replaced
        Brokered carrying = new Brokered();
        carrying.connect();
        carrying.romeo(jingle("transport-replace", content(inBand("x", 4096))));
        assertThat(carrying.next().text()).contains("transport-reject");
    }

    /** Both are SOCKS5, of the same id: the first must not take the second's sockets with it. */
    @Test
    void aTransportIsReplacedByOneOfTheSameKind() {
        brokered.agree();

        brokered.romeo(jingle("transport-replace", content(socks5("vj3hs98y", ""))));

        assertThat(brokered.next().text()).contains("transport-accept");
        assertThat(brokered.next().text()).contains("transport-info", "<candidate-error");
        assertThat(brokered.streams.expected).hasSize(2);
    }

    @Test
    void aReplacementThatIsRejectedEndsTheSession() {
        Asked[] agreed = brokered.agree();
        brokered.juliet(
                jingle("transport-info",
                        content(socks5(agreed[0].transport().attribute("sid"), "<candidate-error/>"))));
        brokered.ackAll();

        brokered.juliet(jingle("transport-reject", content(inBand("x", 4096))));

        assertThat(brokered.next().text()).contains("<failed-transport/>");
        assertThat(brokered.streams.expected).isEmpty();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.JULIET;
import static im.thingle.signaling.jingle.Brokered.ROMEO;
import static im.thingle.signaling.jingle.Brokered.SEEN_JULIET;
import static im.thingle.signaling.jingle.Brokered.SEEN_ROMEO;
import static im.thingle.signaling.jingle.Brokered.content;
import static im.thingle.signaling.jingle.Brokered.file;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static im.thingle.signaling.jingle.Brokered.socks5;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.stanza.StanzaError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients should not send, and do: the exact error, both parties told where the session ends, everything of it
 * released, and another session of the same two undisturbed.
 */
class BadInputTest {
    private static final String SID = "a73sjjvkla37jfea";
    private static final String TYBALT = "tybalt@capulet.lit/street";
    private static final String HELLO = "<data xmlns='http://jabber.org/protocol/ibb' seq='%s'"
            + " sid='ch3d9s71'>%s</data>";
    private static final String CANDIDATE = "<candidate cid='%s' host='%s' jid='" + ROMEO
            + "' port='1' priority='1' type='direct'/>";

    private final FakeMedia media = new FakeMedia();
    private final Brokered brokered = new Brokered(new GatewayLimits(0, 0, Duration.ofMinutes(10)), Optional.of(media));

    /** The other session: two sockets that are joined. */
    @BeforeEach
    void haveNeighbours() {
        brokered.romeo(neighbour(jingle("session-initiate", file(socks5("n", "")))));
        Asked offered = brokered.next();
        offered.ack();
        String theirs = offered.transport().attribute("sid");
        brokered.juliet(neighbour(jingle("session-accept", file(socks5(theirs, "")))));
        Asked accepted = brokered.next();
        accepted.ack();
        brokered.ackAll();
        brokered.juliet(neighbour(jingle("transport-info", content(socks5(theirs, offered.used(0))))));
        brokered.romeo(neighbour(jingle("transport-info", content(socks5("n", accepted.used(0))))));
        brokered.ackAll();
        assertThat(brokered.events).contains("carries socks5 socks5");
    }

    @AfterEach
    void neighboursAreUndisturbed() {
        assertThat(brokered.streams.cut).isEmpty();
        brokered.asked.clear();
        assertThat(brokered.romeo(neighbour(jingle("session-info", ""))).condition()).isNull();
        assertThat(brokered.next().theirs()).isEqualTo(JULIET);
    }

    private static String neighbour(String jingle) {
        return jingle.replace(SID, "neighbour");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-accept", "content-reject", "transport-accept", "transport-reject",
            "session-initiate"})
    void actionsOutOfOrder(String action) {
        brokered.offer(file(socks5("s", "")));

        RecordingReply reply = brokered.juliet(jingle(action, content(socks5("s", ""))));
        refused(reply, StanzaError.UNEXPECTED_REQUEST, "<out-of-order");
        refused(brokered.romeo(jingle("session-accept", file(socks5("s", "")))), StanzaError.UNEXPECTED_REQUEST,
                "<out-of-order");

        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.sessions.size()).isEqualTo(2);
    }

    @Test
    void unknownSids() {
        for (JingleAction action : JingleAction.values()) {
            if (action != JingleAction.SESSION_INITIATE) {
                refused(brokered.romeo(jingle(action.word(), content(""))), StanzaError.ITEM_NOT_FOUND,
                        "<unknown-session");
            }
        }
        assertThat(brokered.romeo(HELLO.formatted(0, "aGVsbG8=")).condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
        assertThat(brokered.asked).isEmpty();
    }

    /** Who knows the ids of others' sessions is nobody in them. */
    @Test
    void foreignSenders() {
        brokered.agreeInBand();
        for (String stranger : List.of(TYBALT, "romeo@montague.lit/elsewhere")) {
            RecordingReply terminate =
                    brokered.send(stranger, SEEN_JULIET, JULIET,
                            jingle("session-terminate", "<reason><success/></reason>"));
            refused(terminate, StanzaError.ITEM_NOT_FOUND, "<unknown-session");
            RecordingReply data = brokered.send(stranger, SEEN_JULIET, JULIET, HELLO.formatted(0, "aGVsbG8="));
            assertThat(data.condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
        }
        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.sessions.size()).isEqualTo(2);
    }

    @Test
    void hugeListsOfCandidates() {
        Asked offer = brokered.offer(file(socks5("s", CANDIDATE.formatted("c", "192.0.2.1").repeat(1_000))));
        assertThat(offer.transport().children()).hasSize(2);

        String candidate = "<candidate component='1' foundation='1' generation='0' id='a' ip='192.0.2.1'"
                + " network='0' port='9' priority='1' protocol='udp' type='host'/>";
        String call = "<content creator='initiator' name='voice'>%s<transport"
                + " xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='8hhy' pwd='asd88fgpdd777uzjYhagZg'>"
                + candidate.repeat(1_000) + "</transport></content>";
        media.slow = true;
        brokered.romeo(jingle("session-initiate", call.formatted("<description xmlns='urn:xmpp:jingle:apps:rtp:1'/>"))
                .replace(SID, "call"));
        for (int i = 0; i < 20; i++) {
            brokered.romeo(jingle("transport-info", call.formatted("")).replace(SID, "call"));
        }
        media.answer();
        assertThat(media.candidates).as("what is kept while there are no legs").hasSize(64);
        assertThat(brokered.next().transport().children()).hasSizeLessThan(5);
    }

    /** They are told to nobody and contacted by nobody; those of calls are for {@code IceRulesTest}. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "fe80::1", "localhost"})
    void candidatesAtLoopbackAndInPrivateNetworks(String host) {
        Asked offer = brokered.offer(file(socks5("s", CANDIDATE.formatted("c", host))));
        assertThat(offer.text()).doesNotContain(host);

        brokered.juliet(
                jingle("session-accept",
                        file(socks5(offer.transport().attribute("sid"), CANDIDATE.formatted("d", host)))));
        assertThat(brokered.next().text()).contains("session-accept").doesNotContain(host);
        assertThat(brokered.ackAll()).extracting(Asked::text).hasSize(2)
                .allSatisfy(told -> assertThat(told).contains("<candidate-error/>"));
    }

    @ParameterizedTest
    @CsvSource({"1,aGVsbG8=,UNEXPECTED_REQUEST", "-1,aGVsbG8=,UNEXPECTED_REQUEST", "x,aGVsbG8=,UNEXPECTED_REQUEST",
        "0,?,BAD_REQUEST", "0,aGVs=bG8,BAD_REQUEST"})
    void inBandBytesWithWrongSequenceOrBase64(String seq, String base64, StanzaError condition) {
        brokered.agreeInBand();

        assertThat(brokered.romeo(HELLO.formatted(seq, base64)).condition()).isEqualTo(condition);
        bothAreTold("connectivity-error");
    }

    @Test
    void sessionsAbandonedHalfWay() {
        brokered.agree();
        brokered.advance(62);
        bothAreTold("failed-transport");

        brokered.offer(file(socks5("s", "")));
        brokered.advance(601);
        bothAreTold("timeout");
    }

    @Test
    void aPeerThatNeverAcknowledges() {
        brokered.romeo(jingle("session-initiate", file(socks5("s", ""))));
        brokered.next().whenAnswered().accept(null);
        Asked told = brokered.next();
        assertThat(told.theirs()).isEqualTo(ROMEO);
        assertThat(told.text()).contains("session-terminate", "<timeout/>");
        brokered.ackAll();
        nothingIsLeft();

        brokered.agreeInBand();
        brokered.romeo(HELLO.formatted(0, "aGVsbG8="));
        Asked data = brokered.next();
        assertThat(data.text()).contains("<data ");
        data.whenAnswered().accept(null);
        bothAreTold("connectivity-error");
    }

    @Test
    void theLinkLostInTheMiddle() {
        brokered.agreeInBand();

        brokered.sessions.onLinkLost();
        nothingIsLeft();
        brokered.asked.clear(); // what else is said to the streams reaches nobody
        brokered.sessions.onLinkUp();

        bothAreTold("connectivity-error");
    }

    private void bothAreTold(String reason) {
        assertThat(brokered.ackAll()).filteredOn(asked -> "session-terminate".equals(asked.action()))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one.ours() + one.theirs() + one.text())
                                .contains(SEEN_JULIET + ROMEO, "<" + reason + "/>", SID),
                        one -> assertThat(one.ours() + one.theirs() + one.text())
                                .contains(SEEN_ROMEO + JULIET, "<" + reason + "/>", SID));
        nothingIsLeft();
    }

    private void nothingIsLeft() {
        assertThat(brokered.sessions.size()).as("but the neighbours").isOne();
        assertThat(brokered.sessions.inBandStreams()).isZero();
        assertThat(brokered.streams.expected).as("but the neighbours'").hasSize(2);
        assertThat(brokered.streams.meters).isZero();
    }

    private static void refused(RecordingReply reply, StanzaError condition, String specific) {
        assertThat(reply.condition()).isEqualTo(condition);
        assertThat(reply.text()).contains(specific);
    }
}

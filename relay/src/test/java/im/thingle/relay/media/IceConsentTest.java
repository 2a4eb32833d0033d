// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.message.AttributeType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What keeps up a party's consent (RFC 7675 §5.1): answers to what we have asked, from there, and nothing else. */
@Timeout(60)
class IceConsentTest {
    private static final Duration ALMOST = Duration.ofSeconds(29);
    private static final Duration A_LITTLE = Duration.ofSeconds(2);
    /** By then everybody has been asked again. */
    private static final Duration ASKING = Duration.ofSeconds(6);

    private IceServer server;
    private IceByHand romeo;
    private IceByHand juliet;
    private IceServer.Call call;

    @BeforeEach
    void connect() throws Exception {
        IceServer.Choice choice = IceServer.with();
        choice.threads = 1;
        server = choice.start();
        romeo = new IceByHand(2);
        juliet = new IceByHand(1);
        call = server.open(1);
        romeo.told(call.initiator);
        juliet.told(call.responder);
        call.control.theirs(CallParty.INITIATOR, romeo.description());
        call.control.theirs(CallParty.RESPONDER, juliet.description());
        call.start();
        romeo.connect(call);
        romeo.ask(1, false); // so that this address is checked too, and kept up
        server.awaitThat(so -> romeo.isAnswered(1) && juliet.nominated); // the agents have done with their checks
        mark(romeo, 1);
        romeo.answering = false;
        juliet.answering = false;
        romeo.questions.clear();
        juliet.questions.clear();
    }

    @AfterEach
    void close() {
        juliet.close();
        romeo.close();
        server.close();
    }

    /** RFC 7675 §5.1, RFC 8445 §7.2.2. */
    @Test
    void isAskedForEveryFewSecondsByChecksLikeTheAgents() throws Exception {
        server.advance(Duration.ofMillis(3_999));
        mark(romeo, 0);
        assertThat(romeo.questions).isEmpty();

        server.advance(ASKING.minusMillis(3_999));

        IceByHand.Question his = romeo.question(0);
        IceByHand.Question hers = juliet.question(0);
        assertThat(his.username()).isEqualTo(romeo.description().fragment() + ":" + call.initiator.fragment());
        assertThat(his.has()).containsExactly(AttributeType.USERNAME, AttributeType.PRIORITY,
                AttributeType.ICE_CONTROLLED, AttributeType.MESSAGE_INTEGRITY, AttributeType.FINGERPRINT);
        assertThat(hers.has()).as("on her leg it is us who nominate").containsExactly(AttributeType.USERNAME,
                AttributeType.PRIORITY, AttributeType.ICE_CONTROLLING, AttributeType.USE_CANDIDATE,
                AttributeType.MESSAGE_INTEGRITY, AttributeType.FINGERPRINT);
        assertThat(his.genuine()).isTrue();
        assertThat(hers.genuine()).isTrue();
    }

    /** RFC 8445 §7.3.1.4: long after the agents have done with their checks. */
    @Test
    void isAskedForWhereAPartyTurnsUpLater() throws Exception {
        try (IceByHand later = romeo.moved()) {
            later.send(0, "who is there");
            later.ask(0, false);
            later.answer(later.question(0));

            mark(later, 0);

            assertThat(juliet.media).contains("mark").doesNotContain("who is there");
            later.ask(0, true);
            server.awaitThat(so -> later.address(0).equals(so.initiatorAddress()));
        }
    }

    /** RFC 8445 §7.3.1.4 and §7.3.1.5: it may be lost, and need not be repeated by who has an answer. */
    @Test
    void isAskedForAgainWhereAPartyTurnsUpLaterButNotForEachCheck() throws Exception {
        try (IceByHand later = romeo.moved()) {
            for (int i = 1; i <= 20; i++) {
                ask(later, 0);
            }
            later.question(0);
            assertThat(later.questions).isEmpty();

            server.advance(Duration.ofMillis(250));
            later.answer(later.question(0));

            server.awaitThat(so -> later.address(0).equals(so.initiatorAddress()));
        }
    }

    /** RFC 8445 §7.3.1.1. */
    @Test
    void leavesAConflictOfRolesToTheAgents() throws Exception {
        romeo.askAs(0, AttributeType.ICE_CONTROLLED, 0); // what we are, and our tie-breaker is larger
        server.awaitThat(so -> romeo.refused.contains(487));
    }

    @Test
    void isRenewedByAnAnswer() throws Exception {
        server.advance(ALMOST);
        answer(romeo);
        answer(juliet);

        server.advance(A_LITTLE);

        assertThat(server.list()).hasSize(1);
        server.advance(ALMOST);
        assertLost();
    }

    @Test
    void isRenewedByNothingElse() throws Exception {
        server.advance(ASKING);
        IceByHand.Question here = romeo.question(0);
        IceByHand.Question there = romeo.question(1);
        romeo.answer(here);
        mark(romeo, 0);
        answer(juliet);
        server.advance(ALMOST);
        answer(juliet);

        long before = server.list().getFirst().packetsDropped();
        romeo.answer(here);
        romeo.answerUnasked(0);
        romeo.answer(0, there);
        server.awaitThat(so -> so.packetsDropped() == before + 3);
        // whoever knows the password can ask with any source address: that shows not that somebody is there
        ask(romeo, 1);
        ask(romeo, 0);
        server.advance(A_LITTLE);

        assertLost();
    }

    @Test
    void endsTheCallOfAPartyThatDoesNotComeBackFromARestart() throws Exception {
        server.advance(ALMOST);
        call.control.theirs(CallParty.INITIATOR, IceByHand.NOBODY);
        assertThat(call.restarts.poll(10, TimeUnit.SECONDS)).isNotNull();
        answer(juliet);

        server.advance(A_LITTLE);
        assertThat(server.list()).as("it has time to be reached again").hasSize(1);
        long before = server.list().getFirst().packetsDropped();
        juliet.send(0, "is anybody there");
        server.awaitThat(so -> so.packetsDropped() == before + 1);
        server.advance(ASKING);
        answer(juliet);
        server.advance(ALMOST.minus(ASKING));

        assertLost();
        assertThat(romeo.media).as("without consent nothing is sent").doesNotContain("is anybody there");
    }

    /** Answers the next question about the nominated pair. */
    private void answer(IceByHand party) throws Exception {
        party.answer(party.question(0));
        mark(party, 0);
    }

    /** What comes behind shows that all before has been taken. */
    private void mark(IceByHand party, int at) throws Exception {
        long before = server.list().getFirst().packets();
        long dropped = server.list().getFirst().packetsDropped();
        party.send(at, "mark");
        server.awaitThat(so -> so.packets() > before || so.packetsDropped() > dropped);
    }

    private static void ask(IceByHand party, int at) {
        int answered = party.answers.get();
        party.ask(at, true);
        while (party.answers.get() == answered) {
            Thread.onSpinWait();
        }
    }

    private void assertLost() throws Exception {
        assertThat(call.ended.get(10, TimeUnit.SECONDS).reason()).isEqualTo(CallEnd.CONSENT_LOST);
    }
}

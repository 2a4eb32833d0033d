// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

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
        server.awaitThat(so -> romeo.isAnswered(1));
        // the agents have done with their checks, and ask for consent
        int his = romeo.answeredFirst.get();
        int hers = juliet.answeredFirst.get();
        server.awaitThat(so -> romeo.answeredFirst.get() > his && juliet.answeredFirst.get() > hers);
        romeo.answering = false;
        juliet.answering = false;
    }

    @AfterEach
    void close() {
        juliet.close();
        romeo.close();
        server.close();
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
        IceByHand.Question there = romeo.question(1);
        IceByHand.Question here = romeo.question(0);
        romeo.answer(here);
        mark(romeo);
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
        answer(juliet);
        server.advance(ALMOST);

        assertLost();
        assertThat(romeo.media).as("without consent nothing is sent").doesNotContain("is anybody there");
    }

    /** Answers the next question about the nominated pair. */
    private void answer(IceByHand party) throws Exception {
        party.questions.clear();
        party.answer(party.question(0));
        mark(party);
    }

    /** What comes behind shows that all before has been taken. */
    private void mark(IceByHand party) throws Exception {
        long before = server.list().getFirst().packets();
        long dropped = server.list().getFirst().packetsDropped();
        party.send(0, "mark");
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

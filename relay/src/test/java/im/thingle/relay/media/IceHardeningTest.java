// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.ErrorCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A party that knows its password and takes liberties: how often it may ask, begin anew, and move elsewhere. */
@Timeout(60)
class IceHardeningTest {
    private static IceServer server() {
        IceServer.Choice choice = IceServer.with();
        choice.threads = 1;
        return choice.start();
    }

    @Test
    void answersSoManyQuestionsASecond() throws Exception {
        try (IceServer server = server(); IceByHand romeo = new IceByHand(1); IceByHand juliet = new IceByHand(1)) {
            meet(server, romeo, juliet);
            int answered = romeo.answers.get();

            ask(server, romeo, 1000);

            assertThat(romeo.answers.get() - answered).isLessThanOrEqualTo(IceLeg.QUESTIONS_AT_ONCE);
            int inVain = romeo.answers.get();
            server.advance(Duration.ofSeconds(1));
            romeo.ask(0, false);
            awaitThat(() -> romeo.answers.get() > inVain);
        }
    }

    /** What comes before its agent may begin is kept by it. */
    @Test
    void hearsFewQuestionsBeforeItBegins() throws Exception {
        try (IceServer server = server(); IceByHand romeo = new IceByHand(1)) {
            IceServer.Call call = server.open(1);
            romeo.told(call.initiator);
            for (int i = 0; i < 8; i++) {
                server.advance(Duration.ofSeconds(1));
                ask(server, romeo, 20);
            }

            assertThat(romeo.answers.get()).isLessThanOrEqualTo(IceLeg.MOST_EARLY);
        }
    }

    @Test
    void endsTheCallOfAPartyThatBeginsAnewAgainAndAgain() throws Exception {
        try (IceServer server = server(); IceByHand romeo = new IceByHand(1); IceByHand juliet = new IceByHand(1)) {
            IceServer.Call call = meet(server, romeo, juliet);
            for (int i = 0; i < IceLeg.RESTARTS_AT_ONCE; i++) {
                beginAnew(call, romeo);
            }
            server.advance(IceLeg.RESTART_EVERY);
            beginAnew(call, romeo);

            romeo.restart(1);
            call.control.theirs(CallParty.INITIATOR, romeo.description());

            assertThat(call.ended.get(10, TimeUnit.SECONDS).reason()).isEqualTo(CallEnd.RESTARTS);
            assertThat(server.reports.poll(10, TimeUnit.SECONDS).reason().word()).isEqualTo("restarts");
        }
    }

    private static void beginAnew(IceServer.Call call, IceByHand romeo) throws Exception {
        romeo.restart(1);
        call.control.theirs(CallParty.INITIATOR, romeo.description());
        IceDescription ours = call.restarts.poll(10, TimeUnit.SECONDS);
        assertThat(ours).isNotNull();
        romeo.told(ours);
    }

    /** RFC 8445 §9: the addresses before a restart are no longer those of after it. */
    @Test
    void isReachedAfterARestartHoweverManyAddressesItHadBefore() throws Exception {
        try (IceServer server = server(); IceByHand romeo = new IceByHand(16); IceByHand juliet = new IceByHand(1)) {
            IceServer.Call call = meet(server, romeo, juliet);
            for (int at = 1; at < 16; at++) {
                awaitHeard(server, romeo, at);
            }

            beginAnew(call, romeo);
            TransportAddress his = romeo.address(0);
            awaitAsking(server, romeo, 0, so -> his.equals(so.initiatorAddress()));
        }
    }

    /** RFC 8445 §8.1.1 and §7.3.1.5: who controls may come to like another address, if it has been checked. */
    @Test
    void followsWhoControlsToAnotherCheckedAddress() throws Exception {
        try (IceServer server = server(); IceByHand romeo = new IceByHand(2); IceByHand juliet = new IceByHand(1)) {
            meet(server, romeo, juliet);
            TransportAddress other = romeo.address(1);

            awaitAsking(server, romeo, 1, so -> other.equals(so.initiatorAddress()));

            juliet.send(0, "at lovers' perjuries");
            assertThat(romeo.media.poll(10, TimeUnit.SECONDS)).isEqualTo("at lovers' perjuries");
        }
    }

    @Test
    void followsNobodyToAnAddressThatDoesNotAnswer() throws Exception {
        try (IceServer server = server(); IceByHand romeo = new IceByHand(1); IceByHand juliet = new IceByHand(1);
                IceByHand elsewhere = new IceByHand(1)) {
            IceServer.Call call = meet(server, romeo, juliet);
            TransportAddress his = romeo.address(0);
            elsewhere.told(call.initiator);
            elsewhere.answering = false;

            elsewhere.ask(0, true);
            elsewhere.question(0);
            elsewhere.ask(0, true);
            juliet.send(0, "if thou dost love");

            assertThat(romeo.media.poll(10, TimeUnit.SECONDS)).isEqualTo("if thou dost love");
            assertThat(server.list().getFirst().initiatorAddress()).isEqualTo(his);
        }
    }

    /** On the responder's leg it is us who nominate. */
    @Test
    void doesNotFollowWhoDoesNotControl() throws Exception {
        try (IceServer server = server(); IceByHand romeo = new IceByHand(1); IceByHand juliet = new IceByHand(2)) {
            meet(server, romeo, juliet);
            TransportAddress hers = server.list().getFirst().responderAddress();
            int other = hers.equals(juliet.address(0)) ? 1 : 0;
            for (int i = 0; i < 5; i++) {
                int answered = juliet.answers.get();
                juliet.ask(other, true);
                awaitThat(() -> juliet.answers.get() > answered);
            }

            assertThat(server.list().getFirst().responderAddress()).isEqualTo(hers);
        }
    }

    /** RFC 8489 §9.1.4: what is not signed has not been received, errors included. */
    @Test
    void believesOnlySignedErrors() throws Exception {
        try (IceServer server = server(); IceByHand romeo = new IceByHand(1); IceByHand juliet = new IceByHand(1)) {
            IceServer.Call call = server.open(1);
            romeo.told(call.initiator);
            juliet.told(call.responder);
            juliet.answering = false;
            call.control.theirs(CallParty.INITIATOR, romeo.description());
            call.control.theirs(CallParty.RESPONDER, juliet.description());
            call.start();
            IceByHand.Question question = juliet.question(0);
            long before = server.list().getFirst().packetsDropped();
            juliet.refuse(question, ErrorCode.BAD_REQUEST, false);
            server.awaitThat(so -> so.packetsDropped() == before + 1);

            juliet.answering = true;
            juliet.answer(question);

            romeo.connect(call);
        }
    }

    /** A call in which both are reached. */
    private static IceServer.Call meet(IceServer server, IceByHand romeo, IceByHand juliet) throws Exception {
        IceServer.Call call = server.open(1);
        romeo.told(call.initiator);
        juliet.told(call.responder);
        call.control.theirs(CallParty.INITIATOR, romeo.description());
        call.control.theirs(CallParty.RESPONDER, juliet.description());
        call.start();
        romeo.connect(call);
        return call;
    }

    /** Asks so often, and waits until nothing of it is on its way. */
    private static void ask(IceServer server, IceByHand party, int times) throws Exception {
        int before = party.answers.get();
        long dropped = server.list().getFirst().packetsDropped();
        for (int i = 1; i <= times; i++) {
            party.ask(0, false);
            int asked = i;
            if (i % 20 == 0) {
                server.awaitThat(so -> party.answers.get() - before + so.packetsDropped() - dropped >= asked);
            }
        }
    }

    /** Asks until what comes from this port goes on: it has been checked. */
    private static void awaitHeard(IceServer server, IceByHand party, int at) throws Exception {
        CallReport so = server.list().getFirst();
        party.ask(at, false);
        awaitThat(() -> party.isAnswered(at));
        while (server.list().getFirst().packets() == so.packets()) {
            long before = server.list().getFirst().packetsDropped();
            party.send(at, "is this one mine");
            server.awaitThat(now -> now.packets() > so.packets() || now.packetsDropped() > before);
        }
    }

    private static void awaitAsking(
            IceServer server, IceByHand party, int at, Predicate<CallReport> condition)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (server.list().stream().noneMatch(condition)) {
            int answered = party.answers.get();
            party.ask(at, true);
            awaitThat(() -> party.answers.get() > answered);
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("it did not come to pass: " + server.list());
            }
        }
    }

    private static void awaitThat(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("it did not come to pass");
            }
            Thread.onSpinWait();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import static im.thingle.signaling.extdisco.ServicesFixture.LIFETIME;
import static im.thingle.signaling.extdisco.ServicesFixture.ONE;
import static im.thingle.signaling.extdisco.ServicesFixture.ROMEO;
import static im.thingle.signaling.extdisco.ServicesFixture.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordedRequests;
import im.thingle.signaling.Xml;
import im.thingle.signaling.port.CallServicesSettings;
import im.thingle.signaling.stanza.Iq;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PushesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration UNTIL_DUE = LIFETIME.minusMinutes(10);

    private final ServicesFixture fixture = new ServicesFixture(new CallServicesSettings(0, true));
    private final List<RecordedRequests.Asked> pushed = fixture.requests.asked;

    @Test
    void tellsNewCredentialsTenMinutesBeforeTheOldOnesExpire() {
        fixture.ask(ROMEO, "<services xmlns='urn:xmpp:extdisco:2' type='turns'/>");
        fixture.pass(UNTIL_DUE.minusSeconds(1));
        assertThat(pushed).isEmpty();

        fixture.pass(SECOND);

        RecordedRequests.Asked push = fixture.requests.take();
        assertThat(push.type()).isEqualTo(Iq.Type.SET);
        assertThat(push.to()).isEqualTo(ROMEO);
        assertThat(Xml.text(push.payload())).isEqualTo("""
                <services xmlns='urn:xmpp:extdisco:2' type='turns'>\
                <service action='modify' type='turns' host='turn.montague.lit' port='5349' transport='tcp'\
                 username='user 2 of romeo@montague.lit' password='secret2' restricted='true' \
                expires='2026-11-25T11:50:00Z'/>\
                </services>""");
    }

    @Test
    void aTenthOfAShortLifeIsLeft() {
        fixture.lifetime = Duration.ofMinutes(20);
        fixture.services(ROMEO);

        fixture.pass(Duration.ofMinutes(18).minusSeconds(1));
        assertThat(pushed).isEmpty();
        fixture.pass(SECOND);
        assertThat(pushed).hasSize(1);
    }

    @Test
    void pushesOnlyWhatHasCredentials() {
        fixture.services(ROMEO);

        fixture.pass(UNTIL_DUE);

        assertThat(pushed.getFirst().payload().children())
                .extracting(service -> service.attribute("type")).containsExactly("turn", "turn", "turns");
    }

    @Test
    void thePushOfTheFirstVersionHasNoAction() {
        fixture.ask(ROMEO, "<services xmlns='" + ONE + "'/>");

        fixture.pass(UNTIL_DUE);

        assertThat(Xml.text(pushed.getFirst().payload()))
                .startsWith("<services xmlns='urn:xmpp:extdisco:1'><service type='turn'")
                .doesNotContain("action", "expires", "restricted");
    }

    @Test
    void goesOnAsLongAsTheyAreAnswered() {
        fixture.services(ROMEO);
        for (int day = 0; day < 5; day++) {
            fixture.pass(UNTIL_DUE);
            fixture.requests.take().answerResult();
            fixture.pass(SECOND);
            assertThat(pushed).isEmpty();
        }

        assertThat(fixture.machine.subscribers()).isEqualTo(1);
    }

    @Test
    void forgetsWhoAnswersWithAnError() {
        fixture.services(ROMEO);
        fixture.pass(UNTIL_DUE);

        fixture.requests.take().answerError();

        assertThat(fixture.machine.subscribers()).isZero();
        fixture.pass(LIFETIME);
        assertThat(pushed).isEmpty();
    }

    /** COMPAT(Psi): takes what it is told and never answers; for one who is gone the server answers with an error. */
    @Test
    void goesOnTellingWhoNeverAnswers() {
        fixture.services(ROMEO);
        for (int day = 0; day < 5; day++) {
            fixture.pass(UNTIL_DUE.minusMinutes(day == 0 ? 0 : 5));
            assertThat(pushed).hasSize(1);
            fixture.pass(Duration.ofMinutes(5));
            fixture.requests.take().answerNothing();
            fixture.pass(Duration.ZERO);
            assertThat(pushed).isEmpty();
        }

        assertThat(fixture.machine.subscribers()).isEqualTo(1);
    }

    @Test
    void remembersNobodyWhoAskedThroughTheServerOrWithoutAResourceOrForWhatDoesNotExpire() {
        fixture.ask(ROMEO, "montague.lit", "<services xmlns='" + TWO + "'/>");
        fixture.ask("romeo@montague.lit", "<services xmlns='" + TWO + "'/>");
        fixture.ask(ROMEO, "<services xmlns='" + TWO + "' type='stun'/>");
        fixture.credentials(ROMEO, "host='turn.montague.lit' type='turn'");
        fixture.ask("tybalt@capulet.lit/x", "<services xmlns='" + TWO + "'/>");

        assertThat(fixture.machine.subscribers()).isZero();
    }

    @Test
    void pushesNothingIfToldSo() {
        ServicesFixture silent = new ServicesFixture(new CallServicesSettings(0, false));
        silent.services(ROMEO);

        silent.pass(UNTIL_DUE);

        assertThat(silent.requests.asked).isEmpty();
        assertThat(silent.machine.subscribers()).isZero();
    }

    @Test
    void askingAgainPutsThePushOff() {
        fixture.services(ROMEO);
        fixture.pass(Duration.ofHours(5));
        fixture.services(ROMEO);
        fixture.pass(UNTIL_DUE.minusHours(5));
        assertThat(pushed).isEmpty();

        fixture.pass(Duration.ofHours(5));

        assertThat(pushed).hasSize(1);
    }

    @Test
    void theAnswerToAnOldPushDoesNotTouchANewRequest() {
        fixture.services(ROMEO);
        fixture.pass(UNTIL_DUE);
        RecordedRequests.Asked old = fixture.requests.take();
        fixture.services(ROMEO);

        old.answerError();

        assertThat(fixture.machine.subscribers()).isEqualTo(1);
        fixture.pass(UNTIL_DUE);
        assertThat(pushed).hasSize(1);
    }

    @Test
    void waitsForTheLinkAndRepeatsWhatWasLostWithIt() {
        fixture.services(ROMEO);
        fixture.pass(UNTIL_DUE);
        RecordedRequests.Asked lost = fixture.requests.take();
        fixture.machine.onLinkDown();
        lost.answerNothing();
        fixture.pass(Duration.ofMinutes(1));
        assertThat(pushed).isEmpty();

        fixture.machine.onLinkUp();
        fixture.pass(SECOND);

        assertThat(pushed).hasSize(1);
    }

    @Test
    void forgetsWhoMayNoLongerAskAndWhatIsNoLongerThere() {
        fixture.services(ROMEO);
        fixture.ask("juliet@montague.lit/balcony", "<services xmlns='" + TWO + "' type='turns'/>");
        fixture.banished.add("romeo@montague.lit");
        fixture.services = fixture.services.subList(0, 3);

        fixture.pass(UNTIL_DUE);

        assertThat(pushed).isEmpty();
        assertThat(fixture.machine.subscribers()).isZero();
    }

    /** Credentials expire by the clock of the wall: when it is put right, what is due moves with it. */
    @Test
    void followsTheClockWhenItIsSet() {
        fixture.services(ROMEO);

        fixture.setClock(Duration.ofHours(23));
        fixture.pass(Duration.ofMinutes(50).minusSeconds(1));
        assertThat(pushed).isEmpty();
        fixture.pass(SECOND);

        assertThat(pushed).hasSize(1);
    }

    @Test
    void tellsAPartOfManyAtATime() {
        for (int i = 0; i < 1200; i++) {
            fixture.services("user" + i + "@montague.lit/x");
        }

        fixture.pass(UNTIL_DUE);
        assertThat(pushed).hasSize(Pushes.MOST_A_TICK);
        fixture.pass(SECOND);
        fixture.pass(SECOND);

        assertThat(pushed).hasSize(1200).extracting(RecordedRequests.Asked::to).doesNotHaveDuplicates();
    }

    @Test
    void remembersTheLastOnesOfAnAccount() {
        for (int i = 0; i < 20; i++) {
            fixture.services("romeo@montague.lit/" + i);
        }

        fixture.pass(UNTIL_DUE);

        assertThat(pushed).extracting(RecordedRequests.Asked::to).containsExactlyInAnyOrder("romeo@montague.lit/12",
                "romeo@montague.lit/13", "romeo@montague.lit/14", "romeo@montague.lit/15", "romeo@montague.lit/16",
                "romeo@montague.lit/17", "romeo@montague.lit/18", "romeo@montague.lit/19");
    }

    @Test
    void theNumberOfThoseRememberedIsBounded() {
        for (int i = 0; i < Subscribers.MOST + 10; i++) {
            fixture.services("user" + i + "@montague.lit/x");
        }
        fixture.services("user0@montague.lit/y");

        assertThat(fixture.machine.subscribers()).isEqualTo(Subscribers.MOST);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.port.SessionView.Kind;
import im.thingle.signaling.stanza.StanzaError;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How many sessions there are, and for how long (XEP-0050 §3.3). */
class CommandSessionsTest {
    private static final String NODE = "http://jabber.org/protocol/admin#shutdown";
    private static final String MINE = "urn:thingle:commands:my-sessions";
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final Globe globe = new Globe();

    @Test
    void aSessionExpiresWhenItIsUnusedForTenMinutes() {
        globe.execute(Globe.BARD, NODE);
        globe.tick(IDLE.minusNanos(1));
        assertThat(globe.commands.sessionCount()).isEqualTo(1);

        globe.tick(Duration.ofNanos(1));

        assertThat(globe.commands.sessionCount()).isZero();
        assertThat(globe.go(Globe.BARD, NODE, "s1", "complete", "").text()).contains("<session-expired ");
        assertThat(globe.operations.done).isEmpty();
    }

    @Test
    void aSessionExpiresWithoutATickToo() {
        globe.execute(Globe.BARD, NODE);
        globe.pass(IDLE);

        assertThat(globe.go(Globe.BARD, NODE, "s1", "complete", "").text()).contains("<session-expired ");
    }

    @Test
    void everyActionGivesASessionTenMinutesMore() {
        globe.execute(Globe.BARD, NODE);
        globe.tick(IDLE.minusNanos(1));
        globe.go(Globe.BARD, NODE, "s1", "next", "");
        globe.tick(IDLE.minusNanos(1));

        assertThat(globe.go(Globe.BARD, NODE, "s1", "complete", "").text()).contains("status='completed'");
    }

    @Test
    void theFifthSessionOfAClientTakesThePlaceOfTheLeastUsed() {
        for (int i = 0; i < 4; i++) {
            globe.execute(Globe.BARD, NODE);
            globe.pass(Duration.ofSeconds(1));
        }
        globe.go(Globe.BARD, NODE, "s1", "next", "");

        assertThat(globe.execute(Globe.BARD, NODE).text()).contains("sessionid='s5'");

        assertThat(globe.commands.sessionCount()).isEqualTo(4);
        assertThat(globe.go(Globe.BARD, NODE, "s2", "complete", "").text()).contains("<session-expired ");
        assertThat(globe.go(Globe.BARD, NODE, "s1", "complete", "").text()).contains("status='completed'");
    }

    @Test
    void aSessionThatIsWorkedOnDoesNotGiveWay() {
        globe.operations.beLate();
        for (int i = 0; i < 4; i++) {
            globe.execute(Globe.BARD, "urn:thingle:commands:list-sessions");
        }

        assertThat(globe.execute(Globe.BARD, NODE).condition()).isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
        assertThat(globe.execute("bard@shakespeare.lit/phone", NODE).condition())
                .isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
    }

    @Test
    void anAnswerThatComesTooLateIsStillGiven() {
        globe.operations.beLate();
        RecordingReply list = globe.execute(Globe.BARD, "urn:thingle:commands:list-sessions");
        RecordingReply end = globe.execute(Globe.BARD, "urn:thingle:commands:end-session");
        globe.operations.sessions.add(Globe.active("1", Kind.FILE, "a@b", "", 0));
        RecordingReply choice = globe.execute(Globe.BARD, "urn:thingle:commands:end-session");
        globe.tick(IDLE);
        assertThat(globe.commands.sessionCount()).isZero();

        globe.operations.answerOne();
        globe.operations.answerOne();
        globe.operations.answerOne();

        assertThat(list.text()).contains("status='completed'");
        assertThat(end.text()).contains("status='completed'");
        assertThat(choice.text()).contains("<session-expired ");
        assertThat(globe.commands.sessionCount()).isZero();
    }

    /** However many resources he has. */
    @Test
    void oneAccountHasFourAtATime() {
        globe.operations.beLate();
        for (int i = 0; i < 4; i++) {
            globe.execute("juliet@shakespeare.lit/" + i, MINE);
        }

        assertThat(globe.execute("juliet@shakespeare.lit/4", MINE).text())
                .contains("<error type='wait'><resource-constraint ");
        assertThat(globe.execute("nurse@shakespeare.lit/1", MINE).condition()).isNull();
        assertThat(globe.commands.sessionCount()).isEqualTo(5);
    }

    @Test
    void usersCannotKeepOperatorsOut() {
        globe.operations.beLate();
        for (int i = 0; i < 180; i++) {
            globe.execute("user" + i + "@shakespeare.lit/x", MINE);
        }
        assertThat(globe.execute(Globe.JULIET, MINE).text()).contains("<error type='wait'><resource-constraint ");

        assertThat(globe.execute(Globe.BARD, NODE).text()).contains("status='executing'");
        assertThat(globe.execute(Globe.JULIET, MINE).condition()).isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
    }

    @Test
    void thereAreNeverMoreThanTwoHundred() {
        for (int i = 0; i < 200; i++) {
            globe.operations.operator = "bard" + i + "@shakespeare.lit";
            assertThat(globe.execute("bard" + i + "@shakespeare.lit/x", NODE).text()).contains("status='executing'");
        }
        globe.operations.operator = FakeOperations.OPERATOR;

        assertThat(globe.execute(Globe.BARD, NODE).text()).contains("<error type='wait'><resource-constraint ");
        globe.tick(IDLE);
        assertThat(globe.execute(Globe.BARD, NODE).text()).contains("status='executing'");
    }

    /** The fault itself is the link's to report and to answer. */
    @Test
    void aFaultEndsTheSession() {
        globe.operations.beLate();
        globe.operations.broken = true;
        globe.execute(Globe.JULIET, MINE);
        globe.execute(Globe.BARD, "urn:thingle:commands:list-sessions");
        globe.execute(Globe.BARD, "urn:thingle:commands:end-session");
        assertThat(globe.commands.sessionCount()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(globe.operations::answerOne).isInstanceOf(NullPointerException.class);
        }
        assertThatThrownBy(() -> globe.execute(Globe.JULIET, "urn:thingle:commands:my-usage")).hasMessage("broken");

        assertThat(globe.commands.sessionCount()).isZero();
        assertThat(globe.go(Globe.JULIET, MINE, "s1", "execute", "").text()).contains("<session-expired ");
    }

    @Test
    void usersBeginOnlySoManyInAMinuteFromAllTheirClients() {
        Globe busy = new Globe(2);
        busy.execute(Globe.JULIET, "urn:thingle:commands:my-usage");
        busy.execute("juliet@shakespeare.lit/phone", MINE);

        assertThat(busy.execute("juliet@shakespeare.lit/tablet", MINE).text())
                .contains("<error type='wait'><resource-constraint ");
        assertThat(busy.execute("nurse@shakespeare.lit/x", MINE).condition()).isNull();
        for (int i = 0; i < 10; i++) {
            assertThat(busy.execute(Globe.BARD, MINE).condition()).isNull();
        }
        busy.pass(Duration.ofSeconds(30));
        assertThat(busy.execute(Globe.JULIET, MINE).condition()).isNull();
    }

    @Test
    void onlySomeEndedSessionsAreRemembered() {
        for (int i = 0; i < CommandSessions.REMEMBERED + 1; i++) {
            globe.execute(Globe.JULIET, "urn:thingle:commands:my-usage");
        }

        assertThat(globe.go(Globe.JULIET, "urn:thingle:commands:my-usage", "s1", "next", "").text())
                .contains("<bad-sessionid ");
        assertThat(globe.go(Globe.JULIET, "urn:thingle:commands:my-usage", "s2", "next", "").text())
                .contains("<session-expired ");
    }
}

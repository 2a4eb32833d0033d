// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import static im.thingle.signaling.adhoc.Globe.field;
import static im.thingle.signaling.adhoc.Globe.submit;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.port.SessionView.Kind;
import im.thingle.signaling.stanza.StanzaError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each error of XEP-0050 §4.4; after a bad request the session goes on. */
class CommandErrorsTest {
    private static final String STATS = "http://jabber.org/protocol/admin#user-stats";
    private static final String END = "urn:thingle:commands:end-session";
    private static final String JULIET_SUBMITTED = submit(field("accountjid", "juliet@shakespeare.lit"));

    private final Globe globe = new Globe();

    @BeforeEach
    void callOfJuliet() {
        globe.operations.sessions.add(Globe.active("1", Kind.CALL, "juliet@shakespeare.lit", "192.0.2.1", 5));
    }

    @Test
    void anUnknownActionIsMalformed() {
        globe.execute(Globe.BARD, STATS);

        assertError(globe.go(Globe.BARD, STATS, "s1", "undo", ""), "modify", "bad-request", "malformed-action");
        assertError(globe.command(Globe.BARD, "node='" + STATS + "' action=''", ""), "modify", "bad-request",
                "malformed-action");
        assertGoesOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {"next", "prev"})
    void anActionThatIsNotPossibleHereIsBad(String action) {
        globe.execute(Globe.BARD, STATS);

        assertError(globe.go(Globe.BARD, STATS, "s1", action, JULIET_SUBMITTED), "modify", "bad-request", "bad-action");
        assertGoesOn();
    }

    @Test
    void aStageWithANextOneCannotBeCompleted() {
        globe.execute(Globe.BARD, END);

        assertError(globe.go(Globe.BARD, END, "s1", "complete", submit(field("id", "1"))), "modify", "bad-request",
                "bad-action");
        assertThat(globe.go(Globe.BARD, END, "s1", "next", submit(field("id", "1"))).text())
                .contains("status='executing'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"next", "prev", "complete", "cancel"})
    void anActionThatIsNotExecuteNeedsASession(String action) {
        assertError(globe.command(Globe.BARD, "node='" + STATS + "' action='" + action + "'", ""),
                "modify", "bad-request", "bad-action");
    }

    @Test
    void anActionWhileAnotherIsWorkedOnIsBad() {
        globe.execute(Globe.BARD, END);
        globe.go(Globe.BARD, END, "s1", "next", submit(field("id", "1")));
        globe.operations.beLate();
        RecordingReply first = globe.go(Globe.BARD, END, "s1", "complete", "");

        assertError(globe.go(Globe.BARD, END, "s1", "complete", ""), "modify", "bad-request", "bad-action");
        assertError(globe.go(Globe.BARD, END, "s1", "cancel", ""), "modify", "bad-request", "bad-action");

        assertThat(first.text()).isNull();
        globe.operations.answerOne();
        assertThat(first.text()).contains("status='completed'");
        assertThat(globe.operations.done).containsExactly("end 1 by bard@shakespeare.lit");
    }

    @Test
    void anotherLanguageIsABadLocale() {
        assertError(globe.command(Globe.BARD, "node='" + STATS + "' xml:lang='fr-ca'", ""), "modify", "bad-request",
                "bad-locale");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "en-US", "EN-gb", ""})
    void englishIsSpokenHere(String language) {
        assertThat(globe.command(Globe.BARD, "node='" + STATS + "' xml:lang='" + language + "'", "").text())
                .contains("status='executing' xml:lang='en'");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "<x xmlns='jabber:x:data' type='submit'/>",
        "<x xmlns='jabber:x:data' type='submit'><field var='accountjid'/></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='accountjid'><value> </value></field></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='accountjid'><value>@</value></field></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='accountjid'><value>a@b/resource</value></field></x>",
        "<x xmlns='jabber:x:data' type='submit'><field"
                + " var='accountjid'><value>a@b</value><value>c@d</value></field></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>jabber:bot</value></field>"
                + "<field var='accountjid'><value>a@b</value></field></x>",
        "<x xmlns='jabber:x:data' type='result'><field var='accountjid'><value>a@b</value></field></x>",
        "<x xmlns='jabber:x:data'><field var='accountjid'><value>a@b</value></field></x>",
        "<x xmlns='other' type='submit'><field var='accountjid'><value>a@b</value></field></x>"})
    void aFormThatDoesNotFitIsABadPayload(String payload) {
        globe.execute(Globe.BARD, STATS);

        assertError(globe.go(Globe.BARD, STATS, "s1", "complete", payload), "modify", "bad-request", "bad-payload");
        assertGoesOn();
    }

    @Test
    void aChoiceThatWasNotOfferedIsABadPayload() {
        globe.execute(Globe.BARD, END);

        assertError(globe.go(Globe.BARD, END, "s1", "next", submit(field("id", "2"))), "modify", "bad-request",
                "bad-payload");
    }

    @Test
    void aSessionOfNobodyOrSomebodyElseOrOfAnotherCommandIsABadSessionid() {
        globe.execute(Globe.BARD, STATS);

        assertError(globe.go(Globe.BARD, STATS, "s2", "complete", JULIET_SUBMITTED), "modify", "bad-request",
                "bad-sessionid");
        assertError(globe.go(Globe.BARD, STATS, "", "execute", ""), "modify", "bad-request", "bad-sessionid");
        assertError(globe.go("bard@shakespeare.lit/other", STATS, "s1", "complete", JULIET_SUBMITTED),
                "modify", "bad-request", "bad-sessionid");
        assertError(globe.go(Globe.BARD, END, "s1", "execute", ""), "modify", "bad-request", "bad-sessionid");
        assertGoesOn();
    }

    @Test
    void anEndedSessionHasExpired() {
        globe.execute(Globe.BARD, STATS);
        globe.go(Globe.BARD, STATS, "s1", "complete", JULIET_SUBMITTED);
        globe.execute(Globe.BARD, STATS);
        globe.go(Globe.BARD, STATS, "s2", "cancel", "");

        assertError(globe.go(Globe.BARD, STATS, "s1", "complete", JULIET_SUBMITTED), "cancel", "not-allowed",
                "session-expired");
        assertError(globe.go(Globe.BARD, STATS, "s2", "execute", JULIET_SUBMITTED), "cancel", "not-allowed",
                "session-expired");
    }

    @Test
    void aCommandForOthersIsForbidden() {
        assertThat(globe.execute(Globe.JULIET, STATS).condition()).isEqualTo(StanzaError.FORBIDDEN);
        assertThat(globe.execute(Globe.STRANGER, "urn:thingle:commands:my-usage").condition())
                .isEqualTo(StanzaError.FORBIDDEN);
        assertThat(globe.commands.sessionCount()).isZero();
    }

    /** Each server writes on its own link what senders it likes: it is not believed about another one's operator. */
    @Test
    void anOperatorIsOneOnlyOverTheLinkOfHisOwnServer() {
        globe.operations.operator = "faust@goethe.example";

        assertThat(globe.execute(Globe.STRANGER, STATS).condition()).isEqualTo(StanzaError.FORBIDDEN);
        assertThat(globe.items(Globe.STRANGER, Commands.NAMESPACE).text()).doesNotContain("<item ");
        assertThat(globe.operations.done).isEmpty();
    }

    @Test
    void anOperatorMayHaveHisAccountInAnyDomainOfTheServer() {
        globe.operations.operator = "will@theatre.example";

        assertThat(globe.execute("will@theatre.example/box", STATS).text()).contains("status='executing'");
    }

    @Test
    void whoIsNoLongerAnOperatorCannotGoOn() {
        globe.execute(Globe.BARD, STATS);
        globe.operations.operator = "nobody";

        assertThat(globe.go(Globe.BARD, STATS, "s1", "complete", JULIET_SUBMITTED).condition())
                .isEqualTo(StanzaError.FORBIDDEN);
        assertThat(globe.operations.done).isEmpty();
    }

    @Test
    void anUnknownCommandIsNotFound() {
        assertThat(globe.execute(Globe.BARD, "config").condition()).isEqualTo(StanzaError.ITEM_NOT_FOUND);
    }

    @Test
    void aCommandWithoutNodeIsABadRequest() {
        assertThat(globe.command(Globe.BARD, "", "").condition()).isEqualTo(StanzaError.BAD_REQUEST);
    }

    @Test
    void aSenderWithoutAProperJidIsRefused() {
        assertThat(globe.execute("@", STATS).condition()).isEqualTo(StanzaError.JID_MALFORMED);
    }

    /** XEP-0050 §3.5.1. */
    @Test
    void aFormOfTypeCancelCountsAsASubmission() {
        globe.execute(Globe.BARD, STATS);

        assertThat(globe.go(Globe.BARD, STATS, "s1", "complete", JULIET_SUBMITTED.replace("submit", "cancel")).text())
                .contains("status='completed'");
    }

    private void assertGoesOn() {
        assertThat(globe.go(Globe.BARD, STATS, "s1", "complete", JULIET_SUBMITTED).text())
                .contains("status='completed'");
    }

    private static void assertError(RecordingReply reply, String type, String condition, String specific) {
        assertThat(reply.text()).matches("<iq type='error' id='c' [^>]*><error type='" + type + "'><" + condition
                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text [^>]*>[^<]+</text><" + specific
                + " xmlns='http://jabber.org/protocol/commands'/></error></iq>");
    }
}

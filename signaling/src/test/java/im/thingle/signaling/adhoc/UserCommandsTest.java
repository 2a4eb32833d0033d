// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.SessionView.Kind;
import im.thingle.signaling.port.UsageView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands for everybody. */
class UserCommandsTest {
    private static final String MINE = "urn:thingle:commands:my-sessions";

    private final Globe globe = new Globe();

    @Test
    void tellsUsersHowTheirOwnTransfersAndCallsEnded() {
        globe.operations.sessions.add(
                Globe.ended("f1", Kind.FILE, "juliet@shakespeare.lit", "romeo@montague.lit/x", 1_572_864, "idle"));
        globe.operations.sessions.add(Globe.ended("f2", Kind.FILE, "iago@shakespeare.lit", "", 7, "completed"));
        globe.operations.sessions.add(Globe.active("c3", Kind.CALL, "juliet@shakespeare.lit", "", 0));

        assertThat(globe.execute(Globe.JULIET, MINE).text()).isEqualTo("""
                <iq type='result' id='c' from='shakespeare.lit' to='juliet@shakespeare.lit/balcony'>\
                <command xmlns='http://jabber.org/protocol/commands' node='urn:thingle:commands:my-sessions' \
                sessionid='s1' status='completed' xml:lang='en'><note type='info'>1 active, 1 ended lately.</note>\
                <x xmlns='jabber:x:data' type='result'><reported>\
                <field type='text-single' var='kind' label='Kind'/><field type='text-single' var='peer' label='With'/>\
                <field type='text-single' var='started' label='From'/>\
                <field type='text-single' var='ended' label='To'/>\
                <field type='text-single' var='size' label='Size'/>\
                <field type='text-single' var='outcome' label='Outcome'/>\
                </reported>\
                <item><field var='kind'><value>call</value></field><field var='peer'><value>unknown</value></field>\
                <field var='started'><value>2026-11-23T13:00:00Z</value></field><field var='ended'><value/></field>\
                <field var='size'><value>0 bytes</value></field><field var='outcome'><value>Still active.</value>\
                </field></item>\
                <item><field var='kind'><value>file transfer</value></field>\
                <field var='peer'><value>romeo@montague.lit/x</value></field>\
                <field var='started'><value>2026-11-23T13:00:00Z</value></field>\
                <field var='ended'><value>2026-11-23T13:59:00Z</value></field>\
                <field var='size'><value>1.5 MiB</value></field>\
                <field var='outcome'><value>Given up: nothing was sent for too long.</value></field></item></x>\
                </command></iq>""");
    }

    @Test
    void showsTheNewestFifty() {
        for (int i = 0; i < 51; i++) {
            globe.operations.sessions.add(
                    Globe.ended("f" + i, Kind.FILE, "juliet@shakespeare.lit", "n" + i, 0, "completed"));
        }

        assertThat(globe.execute(Globe.JULIET, MINE).text()).contains("<value>n50</value>")
                .contains("<value>n1</value>")
                .doesNotContain("<value>n0</value>")
                .contains("<note type='warn'>Only the newest 50 of 51 are shown.</note>");
    }

    @Test
    void tellsWhenThereWereNone() {
        assertThat(globe.execute(Globe.JULIET, MINE).text()).contains("You have had no transfers or calls lately.");
    }

    @Test
    void tellsUsersTheirOwnUsage() {
        globe.operations.usage = new UsageView(0, 1, 0, 1023, 0, 1023, 0);

        assertThat(globe.execute(Globe.JULIET, "urn:thingle:commands:my-usage").text())
                .contains("<note type='info'>Active: 0 file transfers, 1 call, 0 relay channels. Today (UTC): 1023"
                        + " bytes.</note>")
                .contains("<title>Usage of juliet@shakespeare.lit</title>"
                        + "<field type='hidden' var='FORM_TYPE'><value>urn:thingle:commands</value></field>"
                        + "<field type='text-single' var='files' label='File transfers now'><value>0</value></field>"
                        + "<field type='text-single' var='calls' label='Calls now'><value>1</value></field>");
        assertThat(globe.operations.done).containsExactly("usage of juliet@shakespeare.lit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "reset", "idle", "half-closed-timeout", "bytes-per-day", "drained", "ended",
        "parked-timeout", "left", "expired", "deleted", "disconnected", "fault"})
    void everyReasonHasASentenceThatDoesNotJustRepeatIt(String reason) {
        for (Kind kind : Kind.values()) {
            SessionView session = Globe.ended("x", kind, "a@b", "", 0, reason);

            assertThat(Outcome.of(session)).endsWith(".").isNotEqualTo("Ended: " + reason + ".");
        }
    }

    @Test
    void anUnknownReasonIsShownAsItIs() {
        assertThat(Outcome.of(Globe.ended("x", Kind.CALL, "a@b", "", 0, "eclipse"))).isEqualTo("Ended: eclipse.");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 bytes", "1023, 1023 bytes", "1024, 1.0 KiB", "1048576, 1.0 MiB", "1610612736, 1.5 GiB",
        "1099511627776, 1.0 TiB", "9223372036854775807, 8388608.0 TiB"})
    void sizesAreGivenInUnitsThatFit(long bytes, String size) {
        assertThat(SessionText.size(bytes)).isEqualTo(size);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import static im.thingle.signaling.adhoc.Globe.field;
import static im.thingle.signaling.adhoc.Globe.submit;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.SessionView.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Our own commands for operators, from the first request to the result. */
class OperatorCommandsTest {
    private static final String LIST = "urn:thingle:commands:list-sessions";
    private static final String END = "urn:thingle:commands:end-session";
    private static final String ISSUE = "urn:thingle:commands:issue-credentials";
    private static final String CHOICE = "<option label='call of juliet@shakespeare.lit with 192.0.2.1:9, 1.5 KiB,"
            + " since 2026-11-23T13:00:00Z (c1)'><value>c1</value></option>";

    private final Globe globe = new Globe();

    @Test
    void listsWhatIsActive() {
        callAndFile();

        assertThat(globe.execute(Globe.BARD, LIST).text()).isEqualTo("""
                <iq type='result' id='c' from='shakespeare.lit' to='bard@shakespeare.lit/globe'>\
                <command xmlns='http://jabber.org/protocol/commands' node='urn:thingle:commands:list-sessions' \
                sessionid='s1' status='completed' xml:lang='en'><note type='info'>2 active.</note>\
                <x xmlns='jabber:x:data' type='result'><reported>\
                <field type='text-single' var='kind' label='Kind'/>\
                <field type='jid-single' var='account' label='Account'/>\
                <field type='text-single' var='peer' label='With'/>\
                <field type='text-single' var='started' label='Since'/>\
                <field type='text-single' var='bytes' label='Bytes'/><field type='text-single' var='id' label='Id'/>\
                </reported>\
                <item><field var='kind'><value>call</value></field>\
                <field var='account'><value>juliet@shakespeare.lit</value></field>\
                <field var='peer'><value>192.0.2.1:9</value></field>\
                <field var='started'><value>2026-11-23T13:00:00Z</value></field>\
                <field var='bytes'><value>1536</value></field><field var='id'><value>c1</value></field></item>\
                <item><field var='kind'><value>file transfer</value></field>\
                <field var='account'><value>iago@shakespeare.lit</value></field>\
                <field var='peer'><value>unknown</value></field>\
                <field var='started'><value>2026-11-23T13:00:00Z</value></field>\
                <field var='bytes'><value>0</value></field><field var='id'><value>f2</value></field></item></x>\
                </command></iq>""");
        assertThat(globe.commands.sessionCount()).isZero();
    }

    @Test
    void listsAnEmptyTableToo() {
        assertThat(globe.execute(Globe.BARD, LIST).text()).contains("<note type='info'>Nothing is active.</note>")
                .contains("</reported></x>");
    }

    @Test
    void listsTwoHundredAtMost() {
        for (int i = 0; i < 201; i++) {
            globe.operations.sessions.add(Globe.active("f" + i, Kind.FILE, "iago@shakespeare.lit", "", i));
        }

        assertThat(globe.execute(Globe.BARD, LIST).text()).contains("<value>f199</value>")
                .doesNotContain("<value>f200</value>")
                .contains("<note type='warn'>Only the oldest 200 of 201 active ones are shown.</note>");
        assertThat(globe.execute(Globe.BARD, END).text()).contains("<value>f199</value>")
                .doesNotContain("<value>f200</value>")
                .contains("<instructions>Choose what to end. The list has the oldest 200 of 201.</instructions>");
    }

    @Test
    void endsASessionThatIsChosenAndConfirmed() {
        callAndFile();

        assertThat(globe.execute(Globe.BARD, END).text()).isEqualTo("""
                <iq type='result' id='c' from='shakespeare.lit' to='bard@shakespeare.lit/globe'>\
                <command xmlns='http://jabber.org/protocol/commands' node='urn:thingle:commands:end-session' \
                sessionid='s1' status='executing' xml:lang='en'><actions execute='next'><next/></actions>\
                <x xmlns='jabber:x:data' type='form'><title>End a transfer or call</title>\
                <instructions>Choose what to end.</instructions>\
                <field type='list-single' var='id' label='Transfer or call'><required/>""" + CHOICE + """
                <option label='file transfer of iago@shakespeare.lit with unknown, 0 bytes, since \
                2026-11-23T13:00:00Z (f2)'>\
                <value>f2</value></option></field></x></command></iq>""");
        assertThat(globe.go(Globe.BARD, END, "s1", "execute", submit(field("id", "c1"))).text()).isEqualTo("""
                <iq type='result' id='c' from='shakespeare.lit' to='bard@shakespeare.lit/globe'>\
                <command xmlns='http://jabber.org/protocol/commands' node='urn:thingle:commands:end-session' \
                sessionid='s1' status='executing' xml:lang='en'><actions execute='complete'><prev/><complete/>\
                </actions>\
                <x xmlns='jabber:x:data' type='form'><title>End a transfer or call</title>\
                <instructions>Both sides will be cut off at once.</instructions>\
                <field type='fixed'><value>call of juliet@shakespeare.lit with 192.0.2.1:9, 1.5 KiB, \
                since 2026-11-23T13:00:00Z (c1)</value></field></x></command></iq>""");
        assertThat(globe.operations.done).isEmpty();
        assertThat(globe.go(Globe.BARD, END, "s1", "complete", submit("")).text()).contains(
                "status='completed' xml:lang='en'><note type='info'>Ended: call of juliet@shakespeare.lit with"
                        + " 192.0.2.1:9,");
        assertThat(globe.operations.done).containsExactly("end c1 by bard@shakespeare.lit");
        assertThat(globe.commands.sessionCount()).isZero();
    }

    @Test
    void goesBackToTheChoice() {
        callAndFile();
        globe.execute(Globe.BARD, END);
        globe.go(Globe.BARD, END, "s1", "next", submit(field("id", "c1")));

        assertThat(globe.go(Globe.BARD, END, "s1", "prev", "").text())
                .contains("<actions execute='next'><next/></actions>")
                .contains(CHOICE);
        globe.go(Globe.BARD, END, "s1", "next", submit(field("id", "f2")));
        globe.go(Globe.BARD, END, "s1", "execute", "");

        assertThat(globe.operations.done).containsExactly("end f2 by bard@shakespeare.lit");
    }

    @Test
    void saysWhenTheSessionHadEndedAlready() {
        callAndFile();
        globe.execute(Globe.BARD, END);
        globe.go(Globe.BARD, END, "s1", "next", submit(field("id", "c1")));
        globe.operations.sessions.clear();

        assertThat(globe.go(Globe.BARD, END, "s1", "complete", "").text())
                .contains("status='completed' xml:lang='en'><note type='error'>It had ended already: call of juliet@");
    }

    @Test
    void hasNothingToEndWhenNothingIsActive() {
        assertThat(globe.execute(Globe.BARD, END).text()).contains("status='completed'").contains("Nothing is active.");
    }

    @Test
    void issuesCredentialsAndTellsTheirLifetime() {
        globe.operations.credential = Optional.of(
                new CallCredential("1795528800:tag", "secret", Globe.NOW.plus(Duration.ofMinutes(24 * 60 - 1))));
        globe.operations.services = List.of(new CallService(CallService.Kind.TURN, "turn.shakespeare.lit", 3478, "udp"),
                new CallService(CallService.Kind.TURNS, "2001:db8::7", 5349, "tcp"),
                new CallService(CallService.Kind.STUN, "192.0.2.7", 3478, "udp"));
        globe.execute(Globe.BARD, ISSUE);

        assertThat(globe.go(Globe.BARD, ISSUE, "s1", "complete", submit(field("accountjid", "Juliet@shakespeare.lit")))
                .text())
                .isEqualTo("""
                <iq type='result' id='c' from='shakespeare.lit' to='bard@shakespeare.lit/globe'>\
                <command xmlns='http://jabber.org/protocol/commands' node='urn:thingle:commands:issue-credentials' \
                sessionid='s1' status='completed' xml:lang='en'>\
                <note type='info'>Valid until 2026-11-24T13:59:00Z, for 23 h 59 min.</note>\
                <x xmlns='jabber:x:data' type='result'><title>Credentials for calls of juliet@shakespeare.lit</title>\
                <field type='hidden' var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>\
                <field type='jid-single' var='accountjid' label='Account'><value>juliet@shakespeare.lit</value></field>\
                <field type='text-single' var='{urn:thingle:commands}username' label='User name'>\
                <value>1795528800:tag</value></field>\
                <field type='text-private' var='{urn:thingle:commands}password' label='Password'><value>secret</value>\
                </field>\
                <field type='text-single' var='{urn:thingle:commands}expires' label='Valid until'>\
                <value>2026-11-24T13:59:00Z</value></field>\
                <field type='text-single' var='{urn:thingle:commands}lifetime' label='Seconds left'>\
                <value>86340</value></field>\
                <field type='text-multi' var='{urn:thingle:commands}uris' label='Services'>\
                <value>turn:turn.shakespeare.lit:3478?transport=udp</value>\
                <value>turns:[2001:db8::7]:5349?transport=tcp</value><value>stun:192.0.2.7:3478</value></field></x>\
                </command></iq>""");
        assertThat(globe.operations.done).containsExactly("issue for juliet@shakespeare.lit");
    }

    @Test
    void saysWhenThereAreNoCredentials() {
        globe.execute(Globe.BARD, ISSUE);

        assertThat(globe.go(Globe.BARD, ISSUE, "s1", "complete", submit(field("accountjid", "juliet@shakespeare.lit")))
                .text())
                .contains("status='completed'").contains("<note type='error'>There are no credentials to give:");
    }

    private void callAndFile() {
        globe.operations.sessions.add(Globe.active("c1", Kind.CALL, "juliet@shakespeare.lit", "192.0.2.1:9", 1536));
        globe.operations.sessions.add(Globe.active("f2", Kind.FILE, "iago@shakespeare.lit", "", 0));
        globe.operations.sessions.add(Globe.ended("f3", Kind.FILE, "iago@shakespeare.lit", "", 7, "completed"));
    }
}

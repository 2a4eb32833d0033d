// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import static im.thingle.signaling.adhoc.Globe.field;
import static im.thingle.signaling.adhoc.Globe.submit;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.SessionView.Kind;
import im.thingle.signaling.port.UsageView;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The commands of XEP-0133, each asked with the stanzas that it gives as examples. */
class ServiceAdministrationTest {
    private final Globe globe = new Globe();

    /** XEP-0133 §4.5. */
    @Test
    void endsAUsersSessions() {
        globe.operations.sessions.add(Globe.active("1", Kind.CALL, "juliet@shakespeare.lit", "192.0.2.1", 5));
        globe.operations.sessions.add(Globe.active("2", Kind.FILE, "iago@shakespeare.lit", "", 5));
        globe.operations.sessions.add(Globe.active("3", Kind.FILE, "juliet@shakespeare.lit", "", 5));

        assertThat(ask("end-user-session-1",
                "action='execute' node='http://jabber.org/protocol/admin#end-user-session'", ""))
                .isEqualTo("""
                <iq type='result' id='end-user-session-1' from='shakespeare.lit' to='bard@shakespeare.lit/globe'>\
                <command xmlns='http://jabber.org/protocol/commands' \
                node='http://jabber.org/protocol/admin#end-user-session' \
                sessionid='s1' status='executing' xml:lang='en'>\
                <actions execute='complete'><complete/></actions>\
                <x xmlns='jabber:x:data' type='form'><title>End a user's transfers and calls</title>\
                <instructions>Fill in whose transfers and calls shall all be ended at once.</instructions>\
                <field type='hidden' var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>\
                <field type='jid-multi' var='accountjids' label='Accounts (user@domain)'><required/></field></x>\
                </command></iq>""");
        assertThat(ask("end-user-session-2", "node='http://jabber.org/protocol/admin#end-user-session' sessionid='s1'",
                submit("<field type='hidden' var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>"
                + "<field var='accountjids'><value>juliet@shakespeare.lit</value></field>"))).isEqualTo("""
                <iq type='result' id='end-user-session-2' from='shakespeare.lit' to='bard@shakespeare.lit/globe'>\
                <command xmlns='http://jabber.org/protocol/commands' \
                node='http://jabber.org/protocol/admin#end-user-session' \
                sessionid='s1' status='completed' xml:lang='en'>\
                <note type='info'>2 transfers and calls were ended.</note></command></iq>""");
        assertThat(globe.operations.done).containsExactly("end all of juliet@shakespeare.lit by bard@shakespeare.lit");
    }

    @Test
    void endsTheSessionsOfSeveralUsersOneAfterTheOther() {
        globe.operations.sessions.add(Globe.active("1", Kind.CALL, "juliet@shakespeare.lit", "192.0.2.1", 5));
        globe.execute(Globe.BARD, "http://jabber.org/protocol/admin#end-user-session");

        assertThat(globe.go(Globe.BARD, "http://jabber.org/protocol/admin#end-user-session", "s1", "complete", submit(
                "<field var='accountjids'><value>Juliet@Shakespeare.LIT</value><value>iago@shakespeare.lit</value>"
                + "<value>juliet@shakespeare.lit</value></field>")).text()).contains("1 transfer or call was ended.");

        assertThat(globe.operations.done).containsExactly("end all of juliet@shakespeare.lit by bard@shakespeare.lit",
                "end all of iago@shakespeare.lit by bard@shakespeare.lit");
    }

    @Test
    void endsTheSessionsOfFiftyUsersAtMost() {
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < 51; i++) {
            values.append("<value>u").append(i).append("@shakespeare.lit</value>");
        }
        globe.execute(Globe.BARD, "http://jabber.org/protocol/admin#end-user-session");

        assertThat(globe.go(Globe.BARD, "http://jabber.org/protocol/admin#end-user-session", "s1", "complete",
                submit("<field var='accountjids'>" + values + "</field>")).text()).contains("<bad-payload ");
        assertThat(globe.operations.done).isEmpty();
    }

    /** XEP-0133 §4.10; the fields are ours, so they carry our name (XEP-0068 §3.4). */
    @Test
    void tellsAUsersStatistics() {
        globe.operations.usage = new UsageView(1, 2, 0, 3_221_225_472L, 3_221_225_000L, 472, 10_737_418_240L);

        assertThat(ask("user-stats-1", "action='execute' node='http://jabber.org/protocol/admin#user-stats'", ""))
                .contains("""
                <command xmlns='http://jabber.org/protocol/commands' \
                node='http://jabber.org/protocol/admin#user-stats' \
                sessionid='s1' status='executing' xml:lang='en'><actions execute='complete'><complete/></actions>\
                <x xmlns='jabber:x:data' type='form'><title>Usage of an account</title>\
                <instructions>Fill in whose usage you want to see.</instructions>\
                <field type='hidden' var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>\
                <field type='jid-single' var='accountjid' label='Account (user@domain)'><required/></field></x>\
                </command>""");
        assertThat(ask("user-stats-2", "node='http://jabber.org/protocol/admin#user-stats' sessionid='s1'", submit(
                "<field type='hidden' var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>"
                + "<field var='accountjid'><value>iago@shakespeare.lit</value></field>"))).isEqualTo("""
                <iq type='result' id='user-stats-2' from='shakespeare.lit' to='bard@shakespeare.lit/globe'>\
                <command xmlns='http://jabber.org/protocol/commands' \
                node='http://jabber.org/protocol/admin#user-stats' \
                sessionid='s1' status='completed' xml:lang='en'>\
                <note type='info'>Active: 1 file transfer, 2 calls, 0 relay channels. Today (UTC): 3.0 GiB of 10.0 \
                GiB.</note>\
                <x xmlns='jabber:x:data' type='result'><title>Usage of iago@shakespeare.lit</title>\
                <field type='hidden' var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>\
                <field type='text-single' var='{urn:thingle:commands}files' label='File transfers now'>\
                <value>1</value></field>\
                <field type='text-single' var='{urn:thingle:commands}calls' label='Calls now'><value>2</value></field>\
                <field type='text-single' var='{urn:thingle:commands}channels' label='Relay channels now'>\
                <value>0</value></field>\
                <field type='text-single' var='{urn:thingle:commands}bytes-today' label='Bytes today'>\
                <value>3221225472</value></field>\
                <field type='text-single' var='{urn:thingle:commands}file-bytes-today' label='Bytes of files today'>\
                <value>3221225000</value></field>\
                <field type='text-single' var='{urn:thingle:commands}call-bytes-today' label='Bytes of calls and \
                channels today'>\
                <value>472</value></field>\
                <field type='text-single' var='{urn:thingle:commands}bytes-per-day' label='Bytes allowed per day (0: \
                no limit)'>\
                <value>10737418240</value></field></x></command></iq>""");
        assertThat(globe.operations.done).containsExactly("usage of iago@shakespeare.lit");
    }

    /** XEP-0133 §4.31. */
    @Test
    void shutsDownAfterTheDelayAndIgnoresTheAnnouncement() {
        assertThat(ask("shutdown-1", "action='execute' node='http://jabber.org/protocol/admin#shutdown'", ""))
                .contains("""
                sessionid='s1' status='executing' xml:lang='en'><actions execute='complete'><complete/></actions>\
                <x xmlns='jabber:x:data' type='form'><title>Drain and stop the service</title>\
                <instructions>From then on nothing new is accepted.</instructions>\
                <instructions>The service stops once all transfers and calls have ended, or its drain timeout has \
                passed.\
                </instructions>\
                <field type='hidden' var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>\
                <field type='list-single' var='delay' label='Time before it begins'><value>0</value>\
                <option label='none'><value>0</value></option><option label='30 seconds'><value>30</value></option>\
                <option label='60 seconds'><value>60</value></option><option label='90 seconds'><value>90</value>\
                </option>\
                <option label='2 minutes'><value>120</value></option><option label='3 minutes'><value>180</value>\
                </option>\
                <option label='4 minutes'><value>240</value></option><option label='5 minutes'><value>300</value>\
                </option>\
                </field></x></command>""");
        assertThat(ask("shutdown-2", "node='http://jabber.org/protocol/admin#shutdown' sessionid='s1'", submit(
                "<field type='hidden' var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>"
                + "<field var='delay'><value>120</value></field>"
                + "<field var='announcement'><value>The service will be shut down in 2 minutes!</value>"
                + "<value>Please log off now. --The Admins</value></field>"))).contains("status='completed'")
                .contains("<note type='info'>Draining begins in 120 seconds.</note>");

        globe.tick(Duration.ofSeconds(120).minusNanos(1));
        assertThat(globe.operations.done).isEmpty();
        globe.tick(Duration.ofNanos(1));
        assertThat(globe.operations.done).containsExactly("drain by bard@shakespeare.lit");
        globe.tick(Duration.ofHours(1));
        assertThat(globe.operations.done).hasSize(1);
    }

    @Test
    void shutsDownAtOnceUnlessADelayIsChosen() {
        globe.execute(Globe.BARD, "http://jabber.org/protocol/admin#shutdown");

        assertThat(globe.command(Globe.BARD, "node='http://jabber.org/protocol/admin#shutdown' sessionid='s1'",
                submit("")).text())
                .contains("<note type='info'>Draining begins now.</note>");

        assertThat(globe.operations.done).containsExactly("drain by bard@shakespeare.lit");
    }

    @Test
    void ofTwoShutdownsTheEarlierHolds() {
        shutDownIn(300);
        shutDownIn(30);
        shutDownIn(60);

        globe.tick(Duration.ofSeconds(30));

        assertThat(globe.operations.done).containsExactly("drain by bard@shakespeare.lit");
    }

    @Test
    void nothingShutsDownWithoutAValidFormOrAfterACancel() {
        String node = "http://jabber.org/protocol/admin#shutdown";
        globe.execute(Globe.BARD, node);
        assertThat(globe.go(Globe.BARD, node, "s1", "complete", submit(field("delay", "1"))).text())
                .contains("<bad-payload ");

        assertThat(globe.go(Globe.BARD, node, "s1", "cancel", submit(field("delay", "0"))).text()).isEqualTo("""
                <iq type='result' id='c' from='shakespeare.lit' to='bard@shakespeare.lit/globe'>\
                <command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#shutdown' \
                sessionid='s1' status='canceled' xml:lang='en'/></iq>""");
        globe.tick(Duration.ofHours(1));
        assertThat(globe.operations.done).isEmpty();
    }

    private void shutDownIn(int seconds) {
        String node = "http://jabber.org/protocol/admin#shutdown";
        String text = globe.execute(Globe.BARD, node).text();
        String session = text.replaceAll(".*sessionid='(s[0-9]+)'.*", "$1");
        globe.go(Globe.BARD, node, session, "complete", submit(field("delay", Integer.toString(seconds))));
    }

    private String ask(String id, String attributes, String content) {
        return globe.ask("<iq from='bard@shakespeare.lit/globe' id='" + id + "' to='shakespeare.lit' type='set'"
                + " xml:lang='en'>"
                + "<command xmlns='http://jabber.org/protocol/commands' " + attributes + ">" + content
                + "</command></iq>").text();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.stanza.StanzaError;
import org.junit.jupiter.api.Test;

/** XEP-0050 §2.1, §2.2. */
class CommandDiscoTest {
    private final Globe globe = new Globe();

    @Test
    void isAFeatureOfTheComponent() {
        assertThat(globe.commands.features()).containsExactly("http://jabber.org/protocol/commands");
    }

    @Test
    void listsEverythingForAnOperatorWhoIsAUserToo() {
        assertThat(globe.items(Globe.BARD, Commands.NAMESPACE).text()).isEqualTo("""
                <iq type='result' id='d' from='shakespeare.lit' to='bard@shakespeare.lit/globe'>\
                <query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'>\
                <item jid='shakespeare.lit' node='urn:thingle:commands:my-sessions' name='My transfers and calls'/>\
                <item jid='shakespeare.lit' node='urn:thingle:commands:my-usage' name='My usage'/>\
                <item jid='shakespeare.lit' node='urn:thingle:commands:list-sessions' name='List transfers and calls'/>\
                <item jid='shakespeare.lit' node='urn:thingle:commands:end-session' name='End a transfer or call'/>\
                <item jid='shakespeare.lit' node='http://jabber.org/protocol/admin#end-user-session' \
                name='End a user&apos;s transfers and calls'/>\
                <item jid='shakespeare.lit' node='http://jabber.org/protocol/admin#user-stats' name='Usage of an \
                account'/>\
                <item jid='shakespeare.lit' node='urn:thingle:commands:issue-credentials' name='Issue credentials for \
                calls'/>\
                <item jid='shakespeare.lit' node='http://jabber.org/protocol/admin#shutdown' name='Drain and stop the \
                service'/>\
                </query></iq>""");
    }

    @Test
    void listsTheirOwnForUsers() {
        assertThat(globe.items(Globe.JULIET, Commands.NAMESPACE).text()).isEqualTo("""
                <iq type='result' id='d' from='shakespeare.lit' to='juliet@shakespeare.lit/balcony'>\
                <query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'>\
                <item jid='shakespeare.lit' node='urn:thingle:commands:my-sessions' name='My transfers and calls'/>\
                <item jid='shakespeare.lit' node='urn:thingle:commands:my-usage' name='My usage'/>\
                </query></iq>""");
    }

    @Test
    void listsNothingForStrangers() {
        assertThat(globe.items(Globe.STRANGER, Commands.NAMESPACE).text()).isEqualTo("""
                <iq type='result' id='d' from='shakespeare.lit' to='faust@goethe.example/study'>\
                <query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/>\
                </iq>""");
    }

    @Test
    void anOperatorNeedNotBeAUser() {
        globe.operations.operator = "will@theatre.example";

        assertThat(globe.items("will@theatre.example/box", Commands.NAMESPACE).text()).contains("admin#shutdown")
                .doesNotContain(":my-");
    }

    @Test
    void tellsThatItIsAListOfCommands() {
        assertThat(globe.info(Globe.STRANGER, Commands.NAMESPACE).text()).contains("""
                <query xmlns='http://jabber.org/protocol/disco#info' node='http://jabber.org/protocol/commands'>\
                <identity category='automation' type='command-list' name='Commands'/>\
                <feature var='http://jabber.org/protocol/commands'/></query>""");
    }

    @Test
    void tellsWhatACommandIs() {
        assertThat(globe.info(Globe.BARD, "http://jabber.org/protocol/admin#shutdown").text()).contains("""
                <query xmlns='http://jabber.org/protocol/disco#info' node='http://jabber.org/protocol/admin#shutdown'>\
                <identity category='automation' type='command-node' name='Drain and stop the service'/>\
                <feature var='http://jabber.org/protocol/commands'/><feature var='jabber:x:data'/></query>""");
        assertThat(globe.items(Globe.BARD, "http://jabber.org/protocol/admin#shutdown").text())
                .contains("disco#items' node='http://jabber.org/protocol/admin#shutdown'/>");
    }

    @Test
    void tellsNobodyOfACommandThatIsNotForThem() {
        assertThat(globe.info(Globe.JULIET, "http://jabber.org/protocol/admin#shutdown").condition())
                .isEqualTo(StanzaError.FORBIDDEN);
        assertThat(globe.items(Globe.JULIET, "http://jabber.org/protocol/admin#shutdown").condition())
                .isEqualTo(StanzaError.FORBIDDEN);
        assertThat(globe.info(Globe.STRANGER, "urn:thingle:commands:my-usage").condition())
                .isEqualTo(StanzaError.FORBIDDEN);
    }

    @Test
    void claimsNoOtherNode() {
        assertThat(globe.info(Globe.BARD, "http://jabber.org/protocol/admin#add-user")).isNull();
        assertThat(globe.items(Globe.BARD, "urn:thingle:commands")).isNull();
    }
}

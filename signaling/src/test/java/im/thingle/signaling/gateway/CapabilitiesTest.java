// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import im.thingle.signaling.disco.CapabilitiesHash;
import im.thingle.signaling.xml.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilitiesTest {
    private static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'>";

    /** XEP-0115 §5.2. */
    @Test
    void simpleExample() {
        assertThat(CapabilitiesHash.of(query("<identity category='client' name='Exodus 0.9.1' type='pc'/>"
                        + "<feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#items'/>"
                        + "<feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/muc'/>")))
                .isEqualTo("QgayPKawpkPSDYmwT/WM94uAlu0=");
    }

    /** XEP-0115 §5.3. */
    @Test
    void complexExample() {
        assertThat(CapabilitiesHash.of(query("<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"
                        + "<identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>"
                        + "<feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#info'/>"
                        + "<feature var='http://jabber.org/protocol/disco#items'/><feature var='http://jabber.org/protocol/muc'/>"
                        + "<x xmlns='jabber:x:data' type='result'>"
                        + "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>"
                        + "<field var='ip_version'><value>ipv4</value><value>ipv6</value></field>"
                        + "<field var='os'><value>Mac</value></field><field var='os_version'><value>10.5.1</value></field>"
                        + "<field var='software'><value>Psi</value></field>"
                        + "<field var='software_version'><value>0.11</value></field></x>")))
                .isEqualTo("q07IKJEyjvHSyhy//CH0CxmKi8w=");
    }

    @Test
    void whatTheRelayDoesNotCarryIsCut() {
        String kept = "<identity category='client' type='phone'/><feature var='urn:xmpp:jingle:1'/>"
                + "<feature var='urn:xmpp:jingle:apps:file-transfer:5'/><feature var='urn:xmpp:jingle:transports:s5b:1'/>"
                + "<feature var='urn:xmpp:jingle:transports:ibb:1'/><feature var='urn:xmpp:ping'/>";
        String cut = "<feature var='urn:xmpp:jingle:transports:raw-udp:1'/><feature var='http://jabber.org/protocol/bytestreams'/>"
                + "<feature var='http://jabber.org/protocol/si/profile/file-transfer'/>"
                + "<feature var='urn:xmpp:jingle:transports:ice:0'/>";

        assertThat(Xml.text(Capabilities.cut(query(kept + cut), null, false))).isEqualTo(INFO + kept + "</query>");
    }

    @Test
    void whatIsForCallsIsCutWhereThereAreNone() {
        String kept = "<feature var='urn:xmpp:jingle:1'/>";
        String calls = "<feature var='urn:xmpp:jingle:transports:ice-udp:1'/><feature var='urn:xmpp:jingle:apps:rtp:1'/>"
                + "<feature var='urn:xmpp:jingle:apps:rtp:audio'/><feature var='urn:xmpp:jingle:apps:rtp:video'/>"
                + "<feature var='urn:xmpp:jingle:apps:dtls:0'/><feature var='urn:xmpp:jingle-message:0'/>"
                + "<feature var='urn:xmpp:jingle:transports:webrtc-datachannel:1'/>";
        String direct = "<feature var='urn:xmpp:jingle:transports:raw-udp:1'/>";

        assertThat(Xml.text(Capabilities.cut(query(kept + calls + direct), null, false)))
                .isEqualTo(INFO + kept + "</query>");
        assertThat(Xml.text(Capabilities.cut(query(kept + calls + direct), null, true)))
                .isEqualTo(INFO + kept + calls + "</query>");
    }

    /** XEP-0115 §5.4: one text must not stand for two answers. */
    @ParameterizedTest
    @ValueSource(strings = {
        "<feature var='a'/><feature var='a'/>",
        "<identity category='client' type='pc' name='x'/><identity type='pc' category='client' name='x'/>",
        "<feature var='a&lt;b'/>",
        "<identity category='client' type='pc' name='x&lt;a'/>",
        "<x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>t</value></field></x>"
                + "<x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>t</value></field></x>",
        "<x xmlns='jabber:x:data'><field var='os'><value>a&lt;b</value></field></x>"})
    void answersThatMayBePoisonedAreNotBelieved(String children) {
        assertThat(Capabilities.isHashable(query(children))).isFalse();
    }

    @Test
    void onlyWhatTheHashStandsForIsKept() {
        String stood = "<identity category='client' type='pc'/><feature var='a'/><feature var='b'/>"
                + "<x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>t</value></field></x>";
        Element query = query(stood + "<x xmlns='jabber:x:data'><field var='os'><value>a</value></field></x>"
                + "<evil xmlns='urn:example:not-hashed'/>");

        assertThat(Capabilities.isHashable(query)).isTrue();
        assertThat(Xml.text(Capabilities.hashed(query))).isEqualTo(INFO + stood + "</query>");
    }

    private static Element query(String children) {
        return Xml.stanza("<iq>" + INFO + children + "</query></iq>").children().getFirst();
    }
}

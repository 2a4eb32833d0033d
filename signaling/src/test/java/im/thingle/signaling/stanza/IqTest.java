// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import im.thingle.signaling.xml.Element;
import org.junit.jupiter.api.Test;

class IqTest {
    private final Iq request = Xml.iq(
            "<iq type='get' id='1' from='a@b/c' to='proxy.example.org'><ping xmlns='urn:xmpp:ping'/></iq>");

    @Test
    void readsItsParts() {
        assertThat(request)
                .isEqualTo(new Iq(Iq.Type.GET, "1", "a@b/c", "proxy.example.org",
                        Element.of("ping", "urn:xmpp:ping").build(), Iq.NAMESPACE));
    }

    @Test
    void answersWithTheAddressesSwapped() {
        assertThat(Xml.text(request.result(null)))
                .isEqualTo("<iq type='result' id='1' from='proxy.example.org' to='a@b/c'/>");
    }

    @Test
    void answersErrorsAsRfc6120WritesThem() {
        assertThat(request.error(StanzaError.ITEM_NOT_FOUND, "no")).isEqualTo(Xml.stanza("""
                <iq type='error' id='1' from='proxy.example.org' to='a@b/c'><error type='cancel'>\
                <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
                <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>no</text></error></iq>"""));
    }

    @Test
    void hasNoPayloadUnlessThereIsExactlyOneChild() {
        assertThat(Xml.iq("<iq type='get'/>").payload()).isNull();
        assertThat(Xml.iq("<iq type='set'><a/><b/></iq>").payload()).isNull();
        assertThat(Xml.iq("<iq type='error'><a/><error/></iq>").payload()).isNotNull();
        assertThat(Xml.iq("<iq type='put'><a/></iq>").type()).isNull();
    }
}

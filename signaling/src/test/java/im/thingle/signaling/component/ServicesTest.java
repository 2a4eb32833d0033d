// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServicesTest {
    private final RecordedOutput out = new RecordedOutput();
    private final IqRouter router = new IqRouter("proxy.example.org", new PendingIqs(), out);
    private final List<String> told = new ArrayList<>();
    private final Services services = new Services(List.of(new One("a"), new One("b")), router, out);

    @Test
    void tellsTheIdentitiesAndFeaturesOfAllServicesEachFeatureOnce() {
        ask("<query xmlns='http://jabber.org/protocol/disco#info'/>");

        assertThat(out.all.getFirst())
                .contains("<identity category='c' type='a' name='n'/><identity category='c' type='b' name='n'/>"
                        + "<feature var='http://jabber.org/protocol/disco#info'/><feature"
                        + " var='http://jabber.org/protocol/disco#items'/><feature var='a'/><feature"
                        + " var='both'/><feature var='b'/></query>");
    }

    @Test
    void asksTheServicesAboutNodesAndItems() {
        ask("<query xmlns='http://jabber.org/protocol/disco#info' node='a'/>");
        ask("<query xmlns='http://jabber.org/protocol/disco#items' node='b'/>");
        ask("<query xmlns='http://jabber.org/protocol/disco#items'/>");
        ask("<query xmlns='http://jabber.org/protocol/disco#items' node='c'/>");

        assertThat(out.all).filteredOn(line -> line.startsWith("<")).satisfiesExactly(
                info -> assertThat(info).contains("<query xmlns='http://jabber.org/protocol/disco#info' node='a'/>"),
                items -> assertThat(items).contains("<query xmlns='http://jabber.org/protocol/disco#items' node='b'/>"),
                root -> assertThat(root).contains("<a xmlns='i'/><b xmlns='i'/></query>"),
                unknown -> assertThat(unknown).contains("<item-not-found "));
    }

    @Test
    void bringsRequestsToTheServices() {
        ask("<query xmlns='b'/>");

        assertThat(out.all.getLast()).isEqualTo("answered b");
    }

    @Test
    void tellsAllServicesOfTimeAndLinkThoughOneBreaks() {
        services.onLinkUp();
        services.onTick(7);
        services.onLinkDown();

        assertThat(told).containsExactly("a up", "b up", "a 7", "b 7", "a down", "b down");
        assertThat(out.all).containsExactly("bug link-up a", "bug tick a", "bug link-down a");
    }

    private void ask(String payload) {
        router.onStanza(Xml.stanza("<iq type='get' id='1' from='a@b/c' to='proxy.example.org'>" + payload + "</iq>"));
    }

    private final class One implements Service {
        private final String name;

        One(String name) {
            this.name = name;
        }

        @Override
        public List<String> features() {
            return List.of(name, "both");
        }

        @Override
        public List<Element> identities() {
            return List.of(DiscoInfo.identity("c", name, "n"));
        }

        @Override
        public void route(Routes routes) {
            routes.onGet("query", name, name, (iq, reply) -> reply.result())
                    .infoNode(name::equals, (iq, reply) -> reply.result(iq.payload()))
                    .itemsNode(name::equals, (iq, reply) -> reply.result(iq.payload()))
                    .items(iq -> List.of(Element.of(name, "i").build()));
        }

        @Override
        public void onTick(long nowNanos) {
            tell(Long.toString(nowNanos));
        }

        @Override
        public void onLinkUp() {
            tell("up");
        }

        @Override
        public void onLinkDown() {
            tell("down");
        }

        private void tell(String what) {
            told.add(name + " " + what);
            if (name.equals("a")) {
                throw new IllegalArgumentException(name);
            }
        }
    }
}

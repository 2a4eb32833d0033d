// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordedRequests;
import im.thingle.signaling.Xml;
import im.thingle.signaling.disco.CapabilitiesHash;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much of strangers' clients is remembered. */
class CapabilitiesCacheTest {
    private static final String ASKER = "romeo\\40montague.lit@proxy.montague.lit";

    private final RecordedRequests requests = new RecordedRequests();
    private final CapabilitiesCache cache = new CapabilitiesCache(requests, false);

    /** 300 kinds of 30,000 characters and more are twice as much as there is room for. */
    @Test
    void theEldestAreForgottenWhenTheyHaveTooManyCharacters() {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            told.add(show(i));
        }

        long known = told.stream().filter(node -> cache.info(node) != null).count();
        assertThat(known * 30_000).isLessThanOrEqualTo(CapabilitiesCache.MOST_CHARACTERS_IN_ALL);
        assertThat(known).isGreaterThan(120);
        assertThat(told.subList(200, 300)).allMatch(node -> cache.info(node) != null);
        assertThat(told.subList(0, 100)).allMatch(node -> cache.info(node) == null);
    }

    /** A node must not be told of that nobody has an answer for any more. */
    @Test
    void whatIsForgottenIsLookedUpAgain() {
        String first = show(0);
        for (int i = 1; i < 300; i++) {
            show(i);
        }
        assertThat(cache.info(first)).isNull();

        assertThat(show(0)).isEqualTo(first);
        assertThat(cache.info(first)).isNotNull();

        cache.translate(caps(query(299)), "u299@capulet.lit/x", ASKER, cut -> {});
        assertThat(requests.asked).isEmpty();
    }

    /** A client of that kind is there, and answers; the node under which others are told of it. */
    private String show(int kind) {
        Element query = query(kind);
        List<Element> told = new ArrayList<>();
        cache.translate(caps(query), "u" + kind + "@capulet.lit/x", ASKER, told::add);
        RecordedRequests.Asked asked = requests.take();
        asked.whenAnswered().accept(new Iq(Iq.Type.RESULT, "r", asked.to(), asked.from(), query, Iq.NAMESPACE));
        return told.getFirst().attribute("node") + "#" + told.getFirst().attribute("ver");
    }

    private static Element caps(Element query) {
        return Xml.stanza("<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://example.org/x' ver='"
                + CapabilitiesHash.of(query) + "'/>");
    }

    private static Element query(int kind) {
        StringBuilder features = new StringBuilder("<identity category='client' type='pc' name='kind " + kind + "'/>");
        for (int i = 0; i < 30; i++) {
            features.append("<feature var='").append("x".repeat(1_000)).append(i).append("'/>");
        }
        return Xml.stanza("<iq><query xmlns='http://jabber.org/protocol/disco#info'>" + features + "</query></iq>")
                .children().getFirst();
    }
}

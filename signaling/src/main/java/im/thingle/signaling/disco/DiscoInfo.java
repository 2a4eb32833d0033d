// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.disco;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.xml.Element;
import java.util.List;

/** Tells who we are and what we can do (XEP-0030 §3). Confined to its event loop. */
public final class DiscoInfo implements IqHandler {
    public static final String NAMESPACE = "http://jabber.org/protocol/disco#info";

    private final Element answer;
    private final DiscoNodes nodes;

    /** @param features namespaces the component supports, besides discovery itself */
    public DiscoInfo(List<Element> identities, List<String> features, DiscoNodes nodes) {
        this.nodes = nodes;
        Element.Builder query = Element.of("query", NAMESPACE);
        identities.forEach(query::child);
        query.child(feature(NAMESPACE)).child(feature(DiscoItems.NAMESPACE));
        features.forEach(feature -> query.child(feature(feature)));
        answer = query.build();
    }

    @Override
    public void handle(Iq request, Reply reply) {
        if (!nodes.answered(request, reply)) {
            reply.result(answer);
        }
    }

    /** The answer about no node. */
    public Element answer() {
        return answer;
    }

    public static Element identity(String category, String type, String name) {
        return Element.of("identity", NAMESPACE)
                .attribute("category", category)
                .attribute("type", type)
                .attribute("name", name)
                .build();
    }

    public static Element feature(String namespace) {
        return Element.of("feature", NAMESPACE).attribute("var", namespace).build();
    }
}

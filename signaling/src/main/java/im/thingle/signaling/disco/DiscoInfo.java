// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.disco;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.List;

/** Tells who we are and what we can do (XEP-0030 §3). Confined to its event loop. */
public final class DiscoInfo implements IqHandler {
    public static final String NAMESPACE = "http://jabber.org/protocol/disco#info";

    private final Element answer;

    /** @param features namespaces the component supports, besides discovery itself */
    public DiscoInfo(List<String> features) {
        Element.Builder query = Element.of("query", NAMESPACE)
                .child(Element.of("identity", NAMESPACE)
                        .attribute("category", "proxy")
                        .attribute("type", "bytestreams")
                        .attribute("name", "Thingle bytestream proxy"))
                .child(feature(NAMESPACE))
                .child(feature(DiscoItems.NAMESPACE));
        features.forEach(feature -> query.child(feature(feature)));
        answer = query.build();
    }

    @Override
    public void handle(Iq request, Reply reply) {
        if (namesNode(request)) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "There is no such node here.");
        } else {
            reply.result(answer);
        }
    }

    static boolean namesNode(Iq request) {
        String node = request.payload().attribute("node");
        return node != null && !node.isEmpty();
    }

    private static Element feature(String namespace) {
        return Element.of("feature", NAMESPACE).attribute("var", namespace).build();
    }
}

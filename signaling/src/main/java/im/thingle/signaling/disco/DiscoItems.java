// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.disco;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.xml.Element;
import java.util.List;
import java.util.function.Function;

/** Tells what hangs below the component (XEP-0030 §4). Confined to its event loop. */
public final class DiscoItems implements IqHandler {
    public static final String NAMESPACE = "http://jabber.org/protocol/disco#items";

    private final List<Function<Iq, List<Element>>> items;
    private final DiscoNodes nodes;

    /** @param items each gives {@code <item/>} elements of the component itself */
    public DiscoItems(List<Function<Iq, List<Element>>> items, DiscoNodes nodes) {
        this.items = List.copyOf(items);
        this.nodes = nodes;
    }

    @Override
    public void handle(Iq request, Reply reply) {
        if (!nodes.answered(request, reply)) {
            Element.Builder query = Element.of("query", NAMESPACE);
            items.forEach(some -> some.apply(request).forEach(query::child));
            reply.result(query.build());
        }
    }
}

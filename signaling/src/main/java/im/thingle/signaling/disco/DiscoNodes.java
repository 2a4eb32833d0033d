// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.disco;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The nodes of the component that can be asked about (XEP-0030 §3.2, §4.2). Confined to its event loop. */
public final class DiscoNodes {
    private record Node(Predicate<String> name, IqHandler handler) {}

    private final List<Node> nodes = new ArrayList<>();

    /** Of two handlers whose names match, the first added is asked. */
    public void add(Predicate<String> name, IqHandler handler) {
        nodes.add(new Node(name, handler));
    }

    /** Answers if the request names a node; an empty name is none. */
    boolean answered(Iq request, Reply reply) {
        String name = request.payload().attribute("node");
        if (name == null || name.isEmpty()) {
            return false;
        }
        for (Node node : nodes) {
            if (node.name().test(name)) {
                node.handler().handle(request, reply);
                return true;
            }
        }
        reply.error(StanzaError.ITEM_NOT_FOUND, "There is no such node here.");
        return true;
    }
}

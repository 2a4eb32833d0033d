// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.disco;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;

/** Tells that nothing hangs below the component (XEP-0030 §4). Confined to its event loop. */
public final class DiscoItems implements IqHandler {
    public static final String NAMESPACE = "http://jabber.org/protocol/disco#items";

    private static final Element NONE = Element.of("query", NAMESPACE).build();

    @Override
    public void handle(Iq request, Reply reply) {
        if (DiscoInfo.namesNode(request)) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "There is no such node here.");
        } else {
            reply.result(NONE);
        }
    }
}

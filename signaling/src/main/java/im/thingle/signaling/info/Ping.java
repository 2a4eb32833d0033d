// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.info;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;

/** Answers a ping (XEP-0199 §4). Confined to its event loop. */
public final class Ping implements IqHandler {
    public static final String NAMESPACE = "urn:xmpp:ping";

    @Override
    public void handle(Iq request, Reply reply) {
        reply.result();
    }
}

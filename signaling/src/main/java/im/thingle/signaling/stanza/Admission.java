// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.port.AccessPort;
import java.util.Optional;
import org.jxmpp.jid.Jid;

/**
 * Lets in whoever may use the component and turns the others away, in the same words for every service. Immutable.
 *
 * @param component the component's prepared domain
 */
public record Admission(AccessPort access, String component) {
    /** The prepared address of the sender; or empty, and then the request has been answered with an error. */
    public Optional<Jid> admit(Iq request, Reply reply) {
        Optional<Jid> sender = Jids.parse(request.from());
        if (sender.isEmpty()) {
            reply.error(StanzaError.JID_MALFORMED, "The sender's JID is malformed.");
        } else if (!access.permits(sender.get().asBareJid().toString(), component)) {
            reply.error(StanzaError.FORBIDDEN, "You may not use this service; ask its operator, or use that of your own server.");
            return Optional.empty();
        }
        return sender;
    }
}

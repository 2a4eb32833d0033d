// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;

/**
 * A command as service discovery tells it (XEP-0050 §2.2). Confined to its event loop.
 *
 * @param node never changes: people's scripts name it
 * @param name for people
 */
record Command(String node, String name, Audience audience, Dialogue dialogue) {
    /** Who may run it. */
    enum Audience { OPERATORS, USERS }

    boolean isFor(Asker asker) {
        return switch (audience) {
            case OPERATORS -> asker.operator();
            case USERS -> asker.user();
        };
    }

    /** Turns away somebody it is not for. */
    void refuse(Reply reply) {
        reply.error(StanzaError.FORBIDDEN, switch (audience) {
            case OPERATORS -> "Only an operator of this service may run this command.";
            case USERS -> "This command is for those who may use this service.";
        });
    }
}

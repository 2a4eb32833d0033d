// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Element;

/** Takes stanzas of every kind. Confined to its event loop. */
@FunctionalInterface
public interface StanzaHandler {
    /**
     * @param stanza has a sender, and an address of ours
     * @param reply answers a get or set, now or later; null for anything else, which is never answered
     * @return false to leave the stanza alone, and then {@code reply} too
     */
    boolean handle(Element stanza, Reply reply);
}

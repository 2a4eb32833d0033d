// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Element;

/** Takes the messages with one payload; messages are never answered. Confined to its event loop. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * @param from the sender as received
     * @param payload the child the handler was registered for
     */
    void handle(String from, Element payload);
}

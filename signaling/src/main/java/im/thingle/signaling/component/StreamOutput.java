// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.xml.Element;

/** What a {@link ComponentStream} wants done; never calls back into it. Confined to its event loop. */
interface StreamOutput {
    /** Sends the stream header, addressed to the component's own name (XEP-0114 §3). */
    void sendOpen(String to);

    void send(Element element);

    void sendClose();

    /** The server accepted the handshake. */
    void up();

    void stanza(Element stanza);

    /** A stanza was dropped; {@code start} is its start tag, or null. */
    void refused(Element start, String why);

    /** The stream is over, once; the connection is to be closed after what was sent. */
    void ended(String reason, String advice);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

/** What a {@link StreamParser} finds. After {@link #onStreamClose} or {@link #onMalformed} nothing follows. Confined to its event loop. */
public interface StreamEvents {
    /** The stream header, as an element without children (RFC 6120 §4.2). */
    void onStreamOpen(Element header);

    void onStanza(Element stanza);

    void onStreamClose();

    void onMalformed(Malformed why);
}

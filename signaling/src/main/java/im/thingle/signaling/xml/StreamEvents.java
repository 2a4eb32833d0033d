// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

/**
 * What a {@link StreamParser} finds. After {@link #onStreamClose} or {@link #onMalformed} nothing follows. Confined to
 * its event loop.
 */
public interface StreamEvents {
    /** The stream header, as an element without children (RFC 6120 §4.2). */
    void onStreamOpen(Element header);

    void onStanza(Element stanza);

    /**
     * A stanza was dropped because it goes beyond the limits or holds what streams may not contain (RFC 6120 §11.1).
     *
     * @param start its start tag, as an element without children; null if that itself was beyond the limits
     * @param why for people, without the peer's own words
     */
    void onRefused(Element start, String why);

    void onStreamClose();

    void onMalformed(Malformed why);
}

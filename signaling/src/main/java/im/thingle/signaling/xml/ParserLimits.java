// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

/**
 * How much a peer may ask of the parser. Immutable.
 *
 * @param depth levels of elements, the stanza itself being the first
 * @param stanzaBytes bytes of one stanza, or of the stream header
 * @param attributes attributes of one element, namespace declarations included
 * @param textChars characters of text directly inside one element
 * @param namespaces namespace declarations in one stanza
 */
public record ParserLimits(int depth, int stanzaBytes, int attributes, int textChars, int namespaces) {
    /**
     * 32 levels, 256 KiB a stanza, 64 attributes, 128 Ki characters of text (one in-band block of 65,535 bytes fits).
     */
    public static final ParserLimits DEFAULT = new ParserLimits(32, 256 * 1024, 64, 128 * 1024, 256);
}

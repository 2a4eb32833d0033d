// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

/**
 * One attribute of an {@link Element}. Immutable.
 *
 * @param namespace empty for an attribute without a prefix
 */
public record Attribute(String namespace, String name, String value) {
    /** The namespace every document binds to the prefix {@code xml}. */
    public static final String XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
}

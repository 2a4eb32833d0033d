// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

/**
 * The versions of the protocol in use (XEP-0215 §8.2). What the first lacks came with the second: that credentials
 * expire, that a service is marked as restricted, what a push does, and several services in one answer of credentials.
 * Immutable.
 */
enum Version {
    /** XEP-0215 0.5 and 0.6. */
    ONE("urn:xmpp:extdisco:1"),
    /** XEP-0215 since 0.7. */
    TWO("urn:xmpp:extdisco:2");

    private final String namespace;

    Version(String namespace) {
        this.namespace = namespace;
    }

    String namespace() {
        return namespace;
    }
}

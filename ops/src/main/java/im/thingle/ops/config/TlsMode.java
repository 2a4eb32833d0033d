// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

/** How the link to an XMPP server is protected. Immutable. */
public enum TlsMode {
    /** Not at all; for loopback and tunnels. */
    OFF,
    /** TLS from the first byte. */
    DIRECT
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/**
 * Who of two agents decides (RFC 8445 §6.1.1), as an agent of ours sees it. Immutable.
 *
 * @param controlling whether it is ours
 * @param tieBreaker ours, should both or none want to be it (RFC 8445 §7.3.1.1)
 */
record IceRole(boolean controlling, long tieBreaker) {}

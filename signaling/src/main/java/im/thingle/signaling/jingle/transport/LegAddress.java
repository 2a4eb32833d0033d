// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle.transport;

/**
 * Who speaks with whom on a leg. Immutable.
 *
 * @param ours the full JID under which the client knows us: its contact's, escaped
 * @param theirs the client's full JID
 * @param sid the session's
 * @param initiates whether we began the session on this leg
 */
public record LegAddress(String ours, String theirs, String sid, boolean initiates) {}

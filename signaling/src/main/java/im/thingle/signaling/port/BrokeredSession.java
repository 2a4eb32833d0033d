// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * Names a brokered session. Immutable.
 *
 * @param id unique in the process
 * @param sid the Jingle session id, the same on both legs
 * @param initiator full JID of who began it
 * @param responder full JID of the other party
 * @param kind {@code file} or {@code call}
 */
public record BrokeredSession(String id, String sid, String initiator, String responder, String kind) {}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * A candidate of ICE as a client or we tell it (XEP-0176 §5.3). Whether it means anything is for others to judge.
 * Immutable.
 *
 * @param component 1, or 2 for RTCP on a port of its own
 * @param ip as it was told, literal or not
 * @param protocol {@code udp}, or what is not for us
 * @param type {@code host}, {@code prflx}, {@code srflx} or {@code relay}
 */
public record MediaCandidate(
        int component, String foundation, long priority, String ip, int port, String protocol, String type) {}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * Where clients are told to connect to: one {@code <streamhost/>} of XEP-0065 §4, without the JID (which is always the
 * component's own). Immutable.
 *
 * @param host an IPv4 literal, an IPv6 literal in RFC 5952 form without brackets, or a host name
 * @param port 1–65535
 */
public record Streamhost(String host, int port) {}

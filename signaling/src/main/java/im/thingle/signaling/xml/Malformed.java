// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

/**
 * Why the parser gave up. Immutable.
 *
 * @param condition the stream error to send
 * @param reason for people, without the peer's own words
 */
public record Malformed(StreamCondition condition, String reason) {}

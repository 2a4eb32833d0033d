// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * How a call ended. Immutable.
 *
 * @param bytes both ways together
 * @param reason the word of the log, such as {@code ended}, {@code unreachable} or {@code consent-lost}
 */
public record MediaEnd(long bytes, String reason) {}

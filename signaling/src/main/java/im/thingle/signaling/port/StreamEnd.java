// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * How a brokered bytestream ended. Immutable.
 *
 * @param bytes both ways together
 * @param completed whether both ends of file were delivered
 * @param reason the word of the log, such as {@code completed} or {@code reset}
 */
public record StreamEnd(long bytes, boolean completed, String reason) {}

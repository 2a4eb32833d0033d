// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

/** Why a bytestream or a parked leg ended. Immutable. */
public enum CloseReason {
    /** Both sides sent their end of file and everything was delivered. */
    COMPLETED,
    /** A side vanished with a reset, or closed before reading what was sent to it. */
    RESET,
    /** No byte moved for the idle timeout. */
    IDLE,
    /** One side had ended and the other stayed silent for the half-closed timeout. */
    HALF_CLOSED_TIMEOUT,
    /** The day's bytes were used up. */
    BYTES_PER_DAY,
    /** The service stopped before the stream had finished. */
    DRAINED,
    /** An operator or the owner ended it. */
    ENDED,
    /** A parked leg was not activated in time. */
    PARKED_TIMEOUT,
    /** A parked leg's client went away before activation. */
    LEFT,
    /** A fault of ours; the log has the stack. */
    FAULT;

    /** The word for logs and metric labels, such as {@code half-closed-timeout}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}

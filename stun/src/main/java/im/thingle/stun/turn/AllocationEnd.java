// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import java.util.Locale;

/** Why an allocation ended. Immutable. */
public enum AllocationEnd {
    /** Its client did not refresh it in time. */
    EXPIRED,
    /** Its client gave it back: Refresh with a lifetime of zero. */
    DELETED,
    /** The stream that the client came over was closed. */
    DISCONNECTED,
    /** An operator or its user ended it. */
    ENDED,
    /** The user's bytes of the day are used up. */
    BYTES_PER_DAY,
    /** The server goes down. */
    DRAINED,
    /** The relayed sockets broke, or it was our mistake. */
    FAULT;

    /** The word for logs and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

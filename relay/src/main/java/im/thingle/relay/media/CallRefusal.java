// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.Locale;

/** Why a call was not opened. Immutable. */
public enum CallRefusal {
    /** The account has as many as it may have. */
    CALLS_PER_JID,
    /** There are as many as there may be. */
    CALLS_TOTAL,
    /** The account has carried all that it may today. */
    BYTES_PER_DAY,
    /** No port is free. */
    PORTS_EXHAUSTED,
    /** The process may open no more files, or the system is out of memory. */
    OUT_OF_DESCRIPTORS,
    /** The service goes down. */
    DRAINING,
    /** A fault of ours; the log has the stack. */
    FAULT;

    /** The word for logs and metrics, such as {@code calls-per-jid}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

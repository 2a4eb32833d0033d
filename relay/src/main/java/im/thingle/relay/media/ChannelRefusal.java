// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.Locale;

/** Why a channel was not opened. Immutable. */
public enum ChannelRefusal {
    /** The account has as many as it may have. */
    CHANNELS_PER_JID,
    /** There are as many as there may be. */
    CHANNELS_TOTAL,
    /** The account has carried all that it may today. */
    BYTES_PER_DAY,
    /** No two pairs of ports are free. */
    PORTS_EXHAUSTED,
    /** The process may open no more files, or the system is out of memory. */
    OUT_OF_DESCRIPTORS,
    /** The service goes down. */
    DRAINING,
    /** A fault of ours; the log has the stack. */
    FAULT;

    /** The word for logs and metrics, such as {@code channels-per-jid}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.Locale;

/** Why a channel ended. Immutable. */
public enum ChannelEnd {
    /** No packet came for the idle timeout. */
    IDLE,
    /** Somebody who may had it ended. */
    ENDED,
    /** Its account has carried all that it may today. */
    BYTES_PER_DAY,
    /** The service goes down. */
    DRAINED;

    /** The word for logs and metrics, such as {@code bytes-per-day}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One transfer, call or channel as its users and the operators may see it. Immutable.
 *
 * @param id names it towards {@link OperationsPort#end}
 * @param account prepared bare JID of whoever it is charged to
 * @param peer the other side, a JID or an address; empty if unknown
 * @param ended empty while it is active
 * @param bytes relayed so far, both directions together
 * @param reason empty while it is active, else the word of the log, such as {@code completed}
 */
public record SessionView(String id, Kind kind, String account, String peer, Instant started, Optional<Instant> ended,
                          long bytes, String reason) {
    /** What is relayed. */
    public enum Kind {
        /** A bytestream (XEP-0065), or a brokered session for files. */
        FILE,
        /** A TURN allocation (RFC 8656), or a brokered call. */
        CALL,
        /** A UDP channel (XEP-0278). */
        CHANNEL
    }

    public SessionView {
        Objects.requireNonNull(id);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(account);
        Objects.requireNonNull(peer);
        Objects.requireNonNull(started);
        Objects.requireNonNull(ended);
        Objects.requireNonNull(reason);
    }
}

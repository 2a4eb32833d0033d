// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import java.time.Duration;
import java.time.Instant;

/**
 * Somebody who asked for the services and will be told of new credentials. Immutable.
 *
 * @param jid prepared full JID
 * @param account the bare JID of it
 * @param type the type of service asked for; null: all
 * @param due when to tell
 */
record Subscriber(String jid, String account, Version version, String type, Instant due) {
    private static final int PARTS_OF_LIFE = 10;
    private static final Duration MOST_LEFT = Duration.ofMinutes(10);

    /** When to renew what expires: a tenth of its life before, at most ten minutes. */
    static Instant renewal(Instant now, Instant expires) {
        Duration tenth = Duration.between(now, expires).dividedBy(PARTS_OF_LIFE);
        return expires.minus(tenth.compareTo(MOST_LEFT) < 0 ? tenth : MOST_LEFT);
    }

    Subscriber dueAt(Instant next) {
        return new Subscriber(jid, account, version, type, next);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.message.StunMessage;

/** How long an allocation is given, RFC 8656 §7.2, §8.2. Safe from any thread. */
final class Lifetimes {
    static final long SECOND_NANOS = 1_000_000_000L;
    /** LIFETIME is there and no such thing. */
    static final int MALFORMED = -1;

    private Lifetimes() {}

    /** Seconds for a new allocation: what is asked for if that is more than the default, but not more than the most. */
    static int granted(StunMessage request, TurnSettings settings) {
        long asked = NumberAttribute.LIFETIME.read(request);
        if (asked == NumberAttribute.MALFORMED) {
            return MALFORMED;
        }
        long most = settings.maxLifetimeNanos() / SECOND_NANOS;
        return (int) Math.max(settings.defaultLifetimeNanos() / SECOND_NANOS, Math.min(asked, most));
    }

    /** Seconds for an allocation that is there: as for a new one, but 0 gives it back. */
    static int refreshed(StunMessage request, TurnSettings settings) {
        return NumberAttribute.LIFETIME.read(request) == 0 ? 0 : granted(request, settings);
    }
}

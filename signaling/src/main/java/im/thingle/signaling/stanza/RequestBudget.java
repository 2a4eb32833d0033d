// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many requests an account may still send: a token bucket for each, with room for those of one minute. A bucket
 * that is full again is dropped. When the table is full, so is the one of the account that was silent for longest: who
 * commands that many accounts needs no such trick. Confined to its event loop.
 */
public final class RequestBudget {
    static final int MOST_ACCOUNTS = 65_536;

    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final long costNanos;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Bucket {
        private long fullAtNanos;
    }

    /** @param perMinute 0: no limit */
    public RequestBudget(int perMinute) {
        costNanos = perMinute == 0 ? 0 : MINUTE_NANOS / perMinute;
    }

    /** Takes one request out of the account's bucket; false if it is empty. */
    public boolean take(String account, long nowNanos) {
        if (costNanos == 0) {
            return true;
        }
        Bucket bucket = buckets.get(account);
        if (bucket == null) {
            makeRoom(nowNanos);
            bucket = new Bucket();
            bucket.fullAtNanos = nowNanos;
            buckets.put(account, bucket);
        }
        long missing = Math.max(0, bucket.fullAtNanos - nowNanos);
        if (missing + costNanos > MINUTE_NANOS) {
            return false;
        }
        bucket.fullAtNanos = nowNanos + missing + costNanos;
        return true;
    }

    int size() {
        return buckets.size();
    }

    /** Drops the two that were silent for longest if they are full again: the table shrinks faster than it grows. */
    private void makeRoom(long nowNanos) {
        Iterator<Bucket> silent = buckets.values().iterator();
        for (int i = 0; i < 2 && silent.hasNext(); i++) {
            boolean isFull = silent.next().fullAtNanos - nowNanos <= 0;
            if (isFull || buckets.size() >= MOST_ACCOUNTS) {
                silent.remove();
            }
        }
    }
}

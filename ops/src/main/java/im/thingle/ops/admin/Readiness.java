// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.admin;

import java.util.List;
import java.util.TreeMap;

/**
 * Whether the service takes new streams: its listeners are bound, every component's link is up, and it is not draining.
 * Safe from any thread.
 */
public final class Readiness {
    private final TreeMap<String, String> missing = new TreeMap<>();
    private boolean draining;

    /** @param what is not there yet, each with why */
    public synchronized void lacks(String what, String why) {
        missing.put(what, why);
    }

    public synchronized void has(String what) {
        missing.remove(what);
    }

    /** From now on never ready again. */
    public synchronized void drain() {
        draining = true;
    }

    /** What keeps the service from being ready; empty when it is. */
    public synchronized List<String> reasons() {
        if (draining) {
            return List.of("draining: no new streams are taken");
        }
        return missing.entrySet().stream().map(lack -> lack.getKey() + ": " + lack.getValue()).toList();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects every problem of one reading, so that the operator mends them all at once. Confined to its reader's
 * thread.
 */
final class Problems {
    private final List<Problem> found = new ArrayList<>();

    void error(Place place, String key, String what, String advice) {
        found.add(new Problem(true, place, key, what, advice));
    }

    void warning(Place place, String key, String what, String advice) {
        found.add(new Problem(false, place, key, what, advice));
    }

    boolean fatal() {
        return found.stream().anyMatch(Problem::fatal);
    }

    /** In the order of the file. */
    List<Problem> sorted() {
        return found.stream().sorted(Comparator.comparing(Problem::place)).toList();
    }
}

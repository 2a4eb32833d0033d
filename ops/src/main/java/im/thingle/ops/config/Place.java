// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import com.typesafe.config.ConfigOrigin;
import java.util.Comparator;

/**
 * Where in the configuration something stands. Immutable.
 *
 * @param file as the operator named it
 * @param line counted from 1; 0 when no line can be named
 */
public record Place(String file, int line) implements Comparable<Place> {
    static Place of(ConfigOrigin origin, Place otherwise) {
        if (origin == null || origin.filename() == null) {
            return otherwise;
        }
        return new Place(origin.filename(), Math.max(0, origin.lineNumber()));
    }

    @Override
    public int compareTo(Place other) {
        return Comparator.comparing(Place::file).thenComparingInt(Place::line).compare(this, other);
    }

    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}

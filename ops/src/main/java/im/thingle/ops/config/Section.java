// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One object of the configuration: what the operator wrote over the defaults. Keys that nobody asked for by the time of
 * {@link #close()} are unknown, so the reader itself is the list of known keys. Confined to its reader's thread.
 */
final class Section implements AutoCloseable {
    private static final ConfigObject EMPTY = ConfigValueFactory.fromMap(Map.of());

    private final String path;
    private final Place place;
    private final ConfigObject given;
    private final ConfigObject defaults;
    private final Problems problems;
    private final TreeSet<String> known = new TreeSet<>();

    /**
     * @param place where the operator wrote the section, or the nearest thing around it
     * @param given what the operator wrote, or null
     * @param defaults what reference.conf says, or null
     */
    Section(String path, Place place, ConfigValue given, ConfigValue defaults, Problems problems) {
        this.path = path;
        this.problems = problems;
        this.place = given == null ? place : Place.of(given.origin(), place);
        this.given = object(given);
        this.defaults = defaults instanceof ConfigObject object ? object : EMPTY;
    }

    private ConfigObject object(ConfigValue value) {
        if (value instanceof ConfigObject object) {
            return object;
        }
        if (value != null && value.valueType() != ConfigValueType.NULL) {
            problems.error(place, path, "must be a section in braces", "write " + lastOf(path) + " { … }");
        }
        return EMPTY;
    }

    Entry at(String key) {
        var mine = given(key);
        var at = mine == null ? place : Place.of(mine.origin(), place);
        return new Entry(path + "." + key, at, mine == null ? byDefault(key) : mine, mine != null, problems);
    }

    Section section(String key) {
        return new Section(path + "." + key, place, given(key), byDefault(key), problems);
    }

    /** What the operator wrote under this key; null when nothing, or {@code null}, which brings the default back. */
    ConfigValue given(String key) {
        known.add(key);
        var value = given.get(key);
        return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
    }

    /** The keys that the operator has made up, in a section where any name may be one. */
    Set<String> names() {
        known.addAll(given.keySet());
        return new TreeSet<>(given.keySet());
    }

    ConfigValue byDefault(String key) {
        var value = defaults.get(key);
        return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
    }

    Place place() {
        return place;
    }

    /** Reports the keys that mean nothing here. */
    @Override
    public void close() {
        for (var key : given.keySet()) {
            if (!known.contains(key)) {
                var advice = Nearest.to(key, known)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("known here: " + String.join(", ", known));
                problems.error(Place.of(given.get(key).origin(), place), path + "." + key, "unknown key", advice);
            }
        }
    }

    private static String lastOf(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}

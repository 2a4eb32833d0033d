// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One value of the configuration. Reads note a problem and return a stand-in instead of throwing; settings with a fatal
 * problem are never used. Confined to its reader's thread.
 */
final class Entry {
    private final String key;
    private final Place place;
    private final ConfigValue value;
    private final boolean given;
    private final Problems problems;

    Entry(String key, Place place, ConfigValue value, boolean given, Problems problems) {
        this.key = key;
        this.place = place;
        this.value = value;
        this.given = given;
        this.problems = problems;
    }

    /** Whether the operator wrote it, or it is the default. */
    boolean given() {
        return given;
    }

    Place place() {
        return place;
    }

    String key() {
        return key;
    }

    void error(String what, String advice) {
        problems.error(place, key, what, advice);
    }

    void warning(String what, String advice) {
        problems.warning(place, key, what, advice);
    }

    /** Text, also when written as a bare number; empty when there is none. */
    Optional<String> text() {
        if (value == null) {
            return Optional.empty();
        }
        if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
            error("must be a single value, not " + kind(), "");
            return Optional.empty();
        }
        return Optional.of(value.atKey("v").getString("v"));
    }

    int integer(int least, int most) {
        return text().map(text -> integer(text, least, most)).orElse(least);
    }

    private int integer(String text, int least, int most) {
        try {
            var number = new BigDecimal(text.strip()).longValueExact();
            if (number >= least && number <= most) {
                return (int) number;
            }
            error("is " + number + ", outside " + least + " to " + most, "");
        } catch (ArithmeticException | NumberFormatException notWhole) {
            error("must be a whole number, not " + quoted(text), "write a number from " + least + " to " + most);
        }
        return least;
    }

    /** A HOCON size in bytes: 0, or {@code least} and more. */
    long bytes(long least) {
        return text().map(text -> bytes(text, least)).orElse(0L);
    }

    private long bytes(String text, long least) {
        try {
            long bytes = value.atKey("v").getBytes("v");
            if (bytes == 0 || bytes >= least) {
                return bytes;
            }
            error("is " + bytes + " bytes, less than " + least, "write 0 for no limit, or a unit, such as 10M");
        } catch (ConfigException notSize) {
            error("must be a size, not " + quoted(text),
                    "write bytes with a unit, such as 512k, 10M or \"1 GiB\"; 0: no limit");
        }
        return 0;
    }

    /** A HOCON duration; a bare number other than 0 is refused, because nobody means milliseconds. */
    Duration duration(Duration least, Duration most) {
        return text().map(text -> duration(text.strip(), least, most)).orElse(least);
    }

    private Duration duration(String text, Duration least, Duration most) {
        if (text.matches("-?[0-9.]*[1-9][0-9.]*")) {
            error("has no unit: " + quoted(text), "write " + text + "s for seconds or " + text + "m for minutes");
            return least;
        }
        try {
            var duration = value.atKey("v").getDuration("v");
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
            error("is " + text + ", outside " + Units.text(least) + " to " + Units.text(most), "");
        } catch (ConfigException notDuration) {
            error("must be a duration, not " + quoted(text), "write a number with ms, s, m, h or d, such as 30s");
        }
        return least;
    }

    /** One word of an enum, in lower case. */
    <E extends Enum<E>> E choice(Class<E> type) {
        return type.getEnumConstants()[text().map(text -> choice(text.strip(), type)).orElse(0)];
    }

    private int choice(String text, Class<? extends Enum<?>> type) {
        var words = Arrays.stream(type.getEnumConstants()).map(Entry::word).toList();
        var index = words.indexOf(text.toLowerCase(Locale.ROOT));
        if (index < 0) {
            error("must be one of " + String.join(", ", words) + ", not " + quoted(text),
                    Nearest.to(text, words).map(near -> "did you mean " + near + "?").orElse(""));
        }
        return Math.max(0, index);
    }

    /** Whether it says on, or true, and not off. */
    boolean isOn() {
        var text = text().map(String::strip).orElse("");
        return text.equals("true") || !text.equals("false") && choice(Switch.class) == Switch.ON;
    }

    /** The elements of a list; a single value is a list of one. */
    List<Entry> list() {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ConfigList list)) {
            return List.of(this);
        }
        var entries = new ArrayList<Entry>();
        for (var element : list) {
            entries.add(new Entry(key, Place.of(element.origin(), place), element, given, problems));
        }
        return entries;
    }

    private String kind() {
        return value.valueType() == ConfigValueType.LIST ? "a list" : "a section";
    }

    static String quoted(String text) {
        return '"' + text + '"';
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

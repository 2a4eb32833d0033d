// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.time.Duration;

/** Durations and sizes as an operator would write them. */
final class Units {
    private Units() {}

    static String text(Duration duration) {
        var millis = duration.toMillis();
        if (duration.isZero()) {
            return "0";
        }
        if (duration.toNanos() % 1_000_000 != 0) {
            return duration.toNanos() / 1000 + "us";
        }
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        var seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    static String bytes(long bytes) {
        var units = new String[] {"", "KiB", "MiB", "GiB", "TiB"};
        var unit = 0;
        var rest = bytes;
        while (unit < units.length - 1 && rest >= 1024 && rest % 1024 == 0) {
            rest /= 1024;
            unit++;
        }
        return unit == 0 ? rest + " B" : rest + " " + units[unit];
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.port.SessionView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Sessions in words and figures that people understand. Immutable. */
final class SessionText {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

    private SessionText() {}

    static String kind(SessionView session) {
        return switch (session.kind()) {
            case FILE -> "file transfer";
            case CALL -> "call";
            case CHANNEL -> "relay channel";
        };
    }

    static String peer(SessionView session) {
        return session.peer().isEmpty() ? "unknown" : session.peer();
    }

    /** To the second, as XEP-0082 writes it. */
    static String when(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " bytes";
        }
        double size = bytes / 1024.0;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }

    /** One line that tells a session from every other. */
    static String line(SessionView session) {
        return kind(session) + " of " + session.account() + " with " + peer(session) + ", " + size(session.bytes())
                + ", since " + when(session.started()) + " (" + session.id() + ")";
    }

    /** A number and what it counts. */
    static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import java.util.Locale;

/** What people read. Immutable. */
final class Wording {
    static final String HELP = "Send me a file: I tell you how it came, and send it back.";
    static final String HELP_WITH_CALLS =
            "Send me a file: I tell you how it came, and send it back. Or call me, and hear and see yourself.";
    static final String NO_CALLS = "I cannot take calls here. Send me a file: I tell you how it came, and send it back.";
    static final String FILES_ONLY = "I take files only: I tell you how they came, and send them back.";
    static final String NO_SECRETS = "I have no keys for encrypted files. Turn off the encryption of this chat, please.";
    static final String NO_REQUESTS = "I have no such file. Send me one, and you get it back.";
    static final String ONE_FILE = "One file in a session, please.";
    static final String NO_TRANSPORT = "I take bytes over SOCKS5 and in-band bytestreams only.";

    private Wording() {}

    static String arrived(FileIntake.Taken file) {
        String part = file.offer().isWhole() ? "" : "a part of ";
        StringBuilder text = new StringBuilder("I have ").append(part).append(file.offer().name()).append(": ")
                .append(route(file.bytes(), file.nanos(), file.route()))
                .append("\nSHA-256: ").append(file.hashes().hex());
        if (file.compared()) {
            text.append("\nYour client told the same hash: nothing was changed on the way.");
        }
        if (!file.offer().isWhole()) {
            return text.append("\nParts of files are not sent back.").toString();
        }
        return text.append(file.kept().isKept()
                ? "\nYou get it back now."
                : "\nIt was too large to be kept, so it is not sent back.").toString();
    }

    static String notArrived(FileOffer offer, long bytes, String why) {
        String come = offer.expected() < 0
                ? bytes(bytes) : String.format(Locale.ROOT, "%,d of %s", bytes, bytes(offer.expected()));
        return "I did not get " + offer.name() + ": " + why + ". " + come + " had come.";
    }

    static String returned(FileIntake.Taken file, long nanos, String route) {
        return "You have " + file.offer().name() + " back: " + route(file.bytes(), nanos, route);
    }

    static String notReturned(FileOffer offer, String why) {
        return "I could not send " + offer.name() + " back: " + why + ".";
    }

    static String tooMuch(long perHour) {
        return "You may send me " + bytes(perHour) + " in an hour. Try again later, or with a smaller file.";
    }

    private static String route(long bytes, long nanos, String route) {
        String way = route.equals("socks5") ? "over SOCKS5 through the relay" : "in-band through the XMPP servers";
        String rate = nanos > 0 && bytes > 0 ? " (" + rate(bytes * 1e9 / nanos) + ")" : "";
        return String.format(Locale.ROOT, "%s in %.1f s%s, %s (%s).", bytes(bytes), nanos / 1e9, rate, way, route);
    }

    private static String bytes(long bytes) {
        return bytes == 1 ? "1 byte" : String.format(Locale.ROOT, "%,d bytes", bytes);
    }

    private static String rate(double perSecond) {
        if (perSecond < 1e3) {
            return String.format(Locale.ROOT, "%.0f B/s", perSecond);
        }
        if (perSecond < 1e6) {
            return String.format(Locale.ROOT, "%.1f kB/s", perSecond / 1e3);
        }
        return String.format(Locale.ROOT, "%.1f MB/s", perSecond / 1e6);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.account;

import im.thingle.stun.auth.Password;
import im.thingle.stun.auth.SharedSecret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Tells whether secrets and users accept a name and a password, for whom and until when, and what is wrong otherwise.
 * Immutable.
 */
public record CredentialCheck(List<String> secrets, Map<String, String> users) {
    private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{13}(:.*)?");
    private static final Pattern HMAC = Pattern.compile("[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=");

    /**
     * What came of it. Immutable.
     *
     * @param text what is right, or what is wrong and what to do
     */
    public record Verdict(boolean accepted, String text) {}

    public Verdict of(String username, String password, Instant now) {
        var fixed = users.get(username);
        if (fixed != null) {
            return fixed.equals(password)
                    ? new Verdict(true, "thingle.turn.users has " + username + " with this password, for ever")
                    : no("thingle.turn.users has " + username + " with another password");
        }
        if (secrets.isEmpty()) {
            return no("there are users, but none of this name, and no shared secret; write thingle.turn.shared-secret");
        }
        var known = new SharedSecret(secrets).find(username);
        if (known == null) {
            return no("no user has this name, and it has no time in it, as expiry:name; " + (milliseconds(username)
                    ? "its time is in milliseconds: whoever makes it must write seconds"
                    : "was it cut when it was pasted?"));
        }
        var made = known.candidates().indexOf(password);
        if (made < 0) {
            return no(foreign(username, password));
        }
        var expires = Instant.ofEpochSecond(known.expiresEpochSeconds());
        var how = "made with " + name(made % secrets.size()) + " by HMAC-" + (made < secrets.size() ? "SHA1" : "SHA256")
                + " for " + whom(known);
        return expires.isBefore(now)
                ? no("expired at " + expires + ", " + text(Duration.between(expires, now)) + " ago; " + how
                        + "; ask for new ones, and compare the clocks of the two machines")
                : new Verdict(true, how + ", good until " + expires + ", " + text(Duration.between(now, expires))
                        + " from now");
    }

    private String whom(Password known) {
        return new AccountTags(secrets).account(known.user())
                .orElse(known.user() + " (no tag of ours, taken as it is)");
    }

    private static boolean milliseconds(String username) {
        return MILLISECONDS.matcher(username).matches();
    }

    /** Why none of our secrets gives this password. */
    private String foreign(String username, String password) {
        if (!HMAC.matcher(password).matches()) {
            return "the password is no HMAC-SHA1 or HMAC-SHA256 in Base64 (28 or 44 characters that end in =);"
                    + " was it cut when it was pasted?";
        }
        var slip = IntStream.range(0, secrets.size())
                .mapToObj(index -> slip(index, username, password)).filter(text -> !text.isEmpty()).findFirst();
        var none = secrets.size() == 1 ? "our secret does not make this password"
                : "none of our " + secrets.size() + " secrets makes this password";
        return slip.orElse(none + ": whoever made it has another secret; write the same one there and in"
                + " thingle.turn.shared-secret");
    }

    private String slip(int index, String username, String password) {
        var secret = secrets.get(index);
        if (makes(secret + "\n", username, password)) {
            return "whoever made it has " + name(index) + " with a line break behind it; write it there without";
        }
        return makes('"' + secret + '"', username, password)
                ? "whoever made it has " + name(index) + " with quotes around it; write it there without" : "";
    }

    private static boolean makes(String secret, String username, String password) {
        return new SharedSecret(List.of(secret)).find(username).candidates().contains(password);
    }

    private static String name(int index) {
        return index == 0 ? "the first secret" : "secret number " + (index + 1);
    }

    private static String text(Duration duration) {
        var days = duration.toDays() == 0 ? "" : duration.toDays() + " d ";
        var hours = duration.toHours() == 0 ? "" : duration.toHoursPart() + " h ";
        return duration.toMinutes() == 0 ? duration.toSeconds() + " s"
                : days + hours + duration.toMinutesPart() + " min";
    }

    private static Verdict no(String why) {
        return new Verdict(false, why);
    }
}

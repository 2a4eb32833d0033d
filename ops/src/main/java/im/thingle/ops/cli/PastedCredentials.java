// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds a user name and a password in whatever an operator pastes: the XML of XEP-0215, the JSON of a web page, or what
 * {@code thingle credentials} prints. Prints without the password. Immutable.
 */
record PastedCredentials(String username, String password) {
    private static final String VALUE = "[\"']?\\s*[:=]?\\s*[\"']?([^\"'\\s,}>]+)";
    private static final Pattern USERNAME = Pattern.compile("(?i)\\busername\\b" + VALUE);
    private static final Pattern PASSWORD = Pattern.compile("(?i)\\b(?:password|credential)\\b" + VALUE);
    private static final int MOST_CHARS = 65_536;

    /** Reads until both are found or the input ends. */
    static Optional<PastedCredentials> read(BufferedReader in) throws IOException {
        var text = new StringBuilder();
        for (var line = in.readLine(); line != null && text.length() < MOST_CHARS; line = in.readLine()) {
            text.append(line).append('\n');
            var found = find(text);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<PastedCredentials> find(CharSequence text) {
        var username = USERNAME.matcher(text);
        var password = PASSWORD.matcher(text);
        return username.find() && password.find()
                ? Optional.of(new PastedCredentials(username.group(1), password.group(1)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return username;
    }
}

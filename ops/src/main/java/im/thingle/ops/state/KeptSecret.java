// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.state;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The TURN secret that Thingle makes where the operator configures none, so that nobody ever runs with a secret from a
 * manual. Prints without it. Immutable.
 *
 * @param made whether this call has made it
 */
public record KeptSecret(String secret, boolean made) {
    /** The file in the state directory. */
    public static final String FILE = "turn-secret";

    private static final int BYTES = 32;

    /** Takes the one that is kept, or makes one. */
    public static KeptSecret open(StateDirectory directory) throws IOException {
        var kept = read(directory);
        return kept.isPresent() ? kept.get() : directory.locked(() -> {
            var since = read(directory);
            return since.isPresent() ? since.get() : make(directory);
        });
    }

    private static Optional<KeptSecret> read(StateDirectory directory) throws IOException {
        return directory.read(FILE).map(String::strip).filter(text -> !text.isEmpty())
                .map(text -> new KeptSecret(text, false));
    }

    private static KeptSecret make(StateDirectory directory) throws IOException {
        var random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        var secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        directory.write(FILE, secret + "\n");
        return new KeptSecret(secret, true);
    }

    @Override
    public String toString() {
        return made ? "made" : "kept";
    }
}

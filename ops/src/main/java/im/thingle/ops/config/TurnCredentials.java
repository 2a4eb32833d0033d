// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.util.List;
import java.util.Map;

/**
 * What clients of the STUN/TURN server prove themselves with. Prints without secrets. Immutable.
 *
 * @param secrets for time-limited credentials; the first one is for new ones
 * @param users passwords by name
 */
public record TurnCredentials(List<String> secrets, Map<String, String> users) {
    public TurnCredentials {
        secrets = List.copyOf(secrets);
        users = Map.copyOf(users);
    }

    /** Whether nothing is configured, so that a secret must be made. */
    public boolean isEmpty() {
        return secrets.isEmpty() && users.isEmpty();
    }

    @Override
    public String toString() {
        return secrets.size() + " secrets, " + users.size() + " users";
    }
}

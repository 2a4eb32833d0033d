// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.signaling.port.AccessPort;
import java.util.List;
import java.util.Set;

/**
 * Who may use the service: the listed domains' users, the listed JIDs, or, with no list at all, the users of the
 * component's parent domain. Never everybody, unless the operator wrote {@code "*"}. Immutable.
 */
public final class AccessRules implements AccessPort {
    private static final String EVERYBODY = "*";

    private final Set<String> allowed;

    /** @param allowed prepared domains and bare JIDs, or {@code "*"} */
    public AccessRules(List<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    @Override
    public boolean permits(String bareJid, String component) {
        var domain = bareJid.substring(bareJid.indexOf('@') + 1);
        if (allowed.isEmpty()) {
            var dot = component.indexOf('.');
            return dot >= 0 && domain.equals(component.substring(dot + 1));
        }
        return allowed.contains(EVERYBODY) || allowed.contains(domain) || allowed.contains(bareJid);
    }
}

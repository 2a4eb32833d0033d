// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.time.Duration;
import java.util.List;

/**
 * What XMPP clients are told about calls (XEP-0215). Immutable.
 *
 * @param lifetime how long credentials are good that are handed out
 * @param stuns whether STUN over TLS is announced
 * @param requestsPerMinute of one bare JID; 0: no limit
 * @param pushes whether those who asked are told before their credentials expire
 * @param hosts what is announced in place of the public addresses, best first; empty: those
 */
public record ExternalServicesSettings(
        boolean enabled, Duration lifetime, boolean stuns, int requestsPerMinute, boolean pushes, List<String> hosts) {}

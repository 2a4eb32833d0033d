// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import java.time.Duration;

/**
 * What the gateway for Jingle sessions may have. Immutable.
 *
 * @param contactsPerJid of one bare JID; 0: no limit
 * @param sessionsPerJid that one bare JID has begun; 0: no limit
 * @param sessions in all; 0: no limit
 * @param ringTimeout how long an offer waits for somebody to accept it
 * @param calls whether calls are carried too
 * @param echo whether there is an account to test with
 * @param echoCallTimeout how long a call to it may last
 */
public record GatewaySettings(
        boolean enabled, int contactsPerJid, int sessionsPerJid, int sessions, Duration ringTimeout, boolean calls,
        boolean echo, Duration echoCallTimeout) {}

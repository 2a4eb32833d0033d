// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

/**
 * Who sent a request. Immutable.
 *
 * @param full the prepared JID, usually with a resource: command sessions belong to it
 * @param account the prepared bare JID
 * @param operator may run operators' commands, and comes over a link whose server may speak for that account
 * @param user may use the service
 */
record Asker(String full, String account, boolean operator, boolean user) {}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Ties TURN user names to XMPP accounts without showing the account to the TURN wire. */
package im.thingle.ops.account;

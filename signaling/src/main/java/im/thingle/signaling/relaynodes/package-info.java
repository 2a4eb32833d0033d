// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Jingle Relay Nodes (XEP-0278): tells of the relay, opens its channels, hands out TURN credentials. */
package im.thingle.signaling.relaynodes;

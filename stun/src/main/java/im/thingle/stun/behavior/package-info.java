// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Helping clients to learn how their NAT behaves: the server's side of RFC 5780. */
package im.thingle.stun.behavior;

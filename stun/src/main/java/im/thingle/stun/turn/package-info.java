// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The TURN server as a pure machine, and what it answers by (RFC 8656, RFC 6062, RFC 8016). */
package im.thingle.stun.turn;

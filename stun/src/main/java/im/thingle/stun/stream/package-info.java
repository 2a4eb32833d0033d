// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Messages in a stream of bytes: STUN over TCP and TLS (RFC 8489 §6.2.2, RFC 8656 §12.5). */
package im.thingle.stun.stream;

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Addresses of STUN and TURN servers as people and browsers write them (RFC 7064, RFC 7065). */
package im.thingle.stun.uri;

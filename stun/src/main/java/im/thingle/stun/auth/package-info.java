// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** What proves a message: keys, integrity and fingerprint (RFC 8489 §9, §14.5 to §14.7). */
package im.thingle.stun.auth;

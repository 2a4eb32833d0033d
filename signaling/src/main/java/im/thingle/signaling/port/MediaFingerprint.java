// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/**
 * By what a certificate is known in DTLS (XEP-0320, RFC 8122 §5). Immutable.
 *
 * @param hash such as {@code sha-256}
 * @param value bytes in hexadecimal with colons between them, as it is written in stanzas
 */
public record MediaFingerprint(String hash, String value) {}

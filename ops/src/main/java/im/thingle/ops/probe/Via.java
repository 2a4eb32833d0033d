// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.probe;

/** What a client speaks with the server over (RFC 8656 §3.1). Immutable. */
public enum Via {
    UDP, TCP, TLS
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

import java.util.Optional;

/** How the packets of a call are secured, as DTLS negotiates it (RFC 5764 §4.1.2, RFC 7714 §14.2). Immutable. */
public enum SrtpProfile {
    AES128_CM_HMAC_SHA1_80(0x0001, 14, 10),
    AEAD_AES_128_GCM(0x0007, 12, 16);

    /** Of the master key and of the session key for encryption. */
    static final int KEY_BYTES = 16;
    /** Of HMAC-SHA1 (RFC 3711 §4.2.1). */
    static final int AUTHENTICATION_KEY_BYTES = 20;

    private final int code;
    private final int saltBytes;
    private final int tagBytes;

    SrtpProfile(int code, int saltBytes, int tagBytes) {
        this.code = code;
        this.saltBytes = saltBytes;
        this.tagBytes = tagBytes;
    }

    /** What stands for it in DTLS. */
    public int code() {
        return code;
    }

    /** The length of what DTLS exports: both sides' keys, then both sides' salts (RFC 5764 §4.2). */
    public int exportedBytes() {
        return 2 * (KEY_BYTES + saltBytes);
    }

    /** The one of this code; empty if there is none here. */
    public static Optional<SrtpProfile> of(int code) {
        for (SrtpProfile each : values()) {
            if (each.code == code) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    int saltBytes() {
        return saltBytes;
    }

    int tagBytes() {
        return tagBytes;
    }
}

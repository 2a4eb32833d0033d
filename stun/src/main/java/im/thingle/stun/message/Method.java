// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

import java.util.Arrays;

/** The methods of STUN (RFC 8489 §18.2), TURN (RFC 8656 §17) and TURN over TCP (RFC 6062 §6.1). Immutable. */
public enum Method {
    /** A method we do not know; it has no code and cannot be written. */
    UNKNOWN(-1),
    BINDING(0x001),
    ALLOCATE(0x003),
    REFRESH(0x004),
    SEND(0x006),
    DATA(0x007),
    CREATE_PERMISSION(0x008),
    CHANNEL_BIND(0x009),
    CONNECT(0x00A),
    CONNECTION_BIND(0x00B),
    CONNECTION_ATTEMPT(0x00C);

    private static final Method[] BY_CODE = new Method[0x00D];

    static {
        Arrays.fill(BY_CODE, UNKNOWN);
        for (Method method : values()) {
            if (method != UNKNOWN) {
                BY_CODE[method.code] = method;
            }
        }
    }

    private final int code;

    Method(int code) {
        this.code = code;
    }

    /** The method of these 12 bits, or {@link #UNKNOWN}. */
    public static Method of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
    }

    /** The 12 bits on the wire; -1 for {@link #UNKNOWN}. */
    public int code() {
        return code;
    }
}

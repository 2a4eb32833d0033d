// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

import java.util.Arrays;

/**
 * The attributes this project knows, by their code: RFC 8489 §18.3, RFC 8656 §18, RFC 6062 §6.2, RFC 8016, RFC 8445
 * §16.1, RFC 5780 §7. Immutable.
 */
public enum AttributeType {
    /** An attribute we do not know; it has no code and cannot be written. */
    UNKNOWN(-1),
    MAPPED_ADDRESS(0x0001),
    CHANGE_REQUEST(0x0003),
    USERNAME(0x0006),
    MESSAGE_INTEGRITY(0x0008),
    ERROR_CODE(0x0009),
    UNKNOWN_ATTRIBUTES(0x000A),
    CHANNEL_NUMBER(0x000C),
    LIFETIME(0x000D),
    XOR_PEER_ADDRESS(0x0012),
    DATA(0x0013),
    REALM(0x0014),
    NONCE(0x0015),
    XOR_RELAYED_ADDRESS(0x0016),
    REQUESTED_ADDRESS_FAMILY(0x0017),
    EVEN_PORT(0x0018),
    REQUESTED_TRANSPORT(0x0019),
    DONT_FRAGMENT(0x001A),
    MESSAGE_INTEGRITY_SHA256(0x001C),
    PASSWORD_ALGORITHM(0x001D),
    USERHASH(0x001E),
    XOR_MAPPED_ADDRESS(0x0020),
    RESERVATION_TOKEN(0x0022),
    PRIORITY(0x0024),
    USE_CANDIDATE(0x0025),
    PADDING(0x0026),
    RESPONSE_PORT(0x0027),
    CONNECTION_ID(0x002A),
    ADDITIONAL_ADDRESS_FAMILY(0x8000),
    ADDRESS_ERROR_CODE(0x8001),
    PASSWORD_ALGORITHMS(0x8002),
    ALTERNATE_DOMAIN(0x8003),
    ICMP(0x8004),
    SOFTWARE(0x8022),
    ALTERNATE_SERVER(0x8023),
    FINGERPRINT(0x8028),
    ICE_CONTROLLED(0x8029),
    ICE_CONTROLLING(0x802A),
    RESPONSE_ORIGIN(0x802B),
    OTHER_ADDRESS(0x802C),
    MOBILITY_TICKET(0x8030),
    /** COMPAT(coturn and its clients, 4.6.1): what a draft called ADDITIONAL-ADDRESS-FAMILY. */
    DRAFT_ADDITIONAL_ADDRESS_FAMILY(0x8032);

    /** Codes of each half of the registry that the table has room for. */
    private static final int HALF = 0x40;
    private static final int OPTIONAL_BIT = 0x8000;
    private static final AttributeType[] BY_CODE = new AttributeType[2 * HALF];

    static {
        Arrays.fill(BY_CODE, UNKNOWN);
        for (AttributeType type : values()) {
            if (type != UNKNOWN) {
                BY_CODE[index(type.code)] = type;
            }
        }
    }

    private final int code;

    AttributeType(int code) {
        this.code = code;
    }

    /** The attribute of this code, or {@link #UNKNOWN}. */
    public static AttributeType of(int code) {
        boolean hasRoom = (code & ~OPTIONAL_BIT) < HALF && code >= 0;
        return hasRoom ? BY_CODE[index(code)] : UNKNOWN;
    }

    /**
     * Whether a message with this attribute must be refused by who does not know it: codes below 0x8000 (RFC 8489 §14).
     * Takes a code and not a type, since the question is asked about types that nobody here knows.
     */
    public static boolean comprehensionRequired(int code) {
        return code < OPTIONAL_BIT;
    }

    /** The 16 bits on the wire; -1 for {@link #UNKNOWN}. */
    public int code() {
        return code;
    }

    private static int index(int code) {
        return code < OPTIONAL_BIT ? code : HALF + (code ^ OPTIONAL_BIT);
    }
}

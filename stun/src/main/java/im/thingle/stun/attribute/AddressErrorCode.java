// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.util.Optional;

/**
 * ADDRESS-ERROR-CODE, RFC 8656 §18.12: why one address family of a dual allocation could not be had. Immutable.
 *
 * <pre>
 *   family (1)  0 (13 bits)  class (3 bits)  number (1)  reason phrase in UTF-8      as ERROR-CODE but for the family
 * </pre>
 *
 * @param code 300 to 699, known to {@link ErrorCode} or not
 */
public record AddressErrorCode(Family family, int code) {
    /** What the response says; empty if it says nothing or the attribute is malformed. */
    public static Optional<AddressErrorCode> read(StunMessage message) {
        int at = message.find(AttributeType.ADDRESS_ERROR_CODE);
        int code = ErrorCodeAttribute.read(message, at);
        Family family = code == 0 ? null : Family.of(message.byteAt(at, 0));
        return family == null ? Optional.empty() : Optional.of(new AddressErrorCode(family, code));
    }

    /** Adds the family, the code and its phrase. */
    public static void write(StunMessageWriter writer, Family family, ErrorCode error) {
        ErrorCodeAttribute.write(writer, AttributeType.ADDRESS_ERROR_CODE, family.code(), error);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.behavior;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessageWriter;

/**
 * How a Binding request is answered, RFC 5780 §6.1. Immutable.
 *
 * @param error null: with success
 * @param from which of the server's four addresses the answer leaves from
 * @param to where it goes: the client, or another of its ports
 * @param client where the request came from
 * @param other the address that differs from the request's in IP address and port
 * @param paddingBytes 0: none
 */
public record BindingAnswer(
        ErrorCode error,
        TransportAddress from,
        TransportAddress to,
        TransportAddress client,
        TransportAddress other,
        int paddingBytes) {
    /**
     * As the client is to see it, where a NAT stands before the server: with what the world has in place of its
     * addresses.
     */
    public BindingAnswer announcing(TransportAddress from, TransportAddress other) {
        return new BindingAnswer(error, from, to, client, other, paddingBytes);
    }

    /** Adds to a success response all that this standard wants beside XOR-MAPPED-ADDRESS. */
    public void write(StunMessageWriter writer) {
        AddressAttribute.write(writer, AttributeType.MAPPED_ADDRESS, client);
        AddressAttribute.write(writer, AttributeType.RESPONSE_ORIGIN, from);
        AddressAttribute.write(writer, AttributeType.OTHER_ADDRESS, other);
        if (paddingBytes > 0) {
            writer.add(AttributeType.PADDING, new byte[paddingBytes]);
        }
    }
}

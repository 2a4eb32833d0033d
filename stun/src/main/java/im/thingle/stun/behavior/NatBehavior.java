// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.behavior;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * NAT behavior discovery, RFC 5780 §6: decides from which of four addresses, two IP addresses with the same two ports,
 * a Binding request is answered, to which port, and with what. It is for plain UDP; a server that has one IP address,
 * and every other transport, does not understand {@link #ATTRIBUTES} and says so with 420. Immutable.
 *
 * <p>What a stranger could abuse is bounded: padding comes back as long as it was sent and never longer than one MTU,
 * and RESPONSE-PORT moves an answer between the ports of the address that asked.
 */
public final class NatBehavior {
    /** The attributes of a Binding request that are understood where {@link #serves} says so. */
    public static final Set<AttributeType> ATTRIBUTES = Collections.unmodifiableSet(
            EnumSet.of(AttributeType.CHANGE_REQUEST, AttributeType.RESPONSE_PORT, AttributeType.PADDING));

    private static final int CHANGE_IP = 0b100;
    private static final int CHANGE_PORT = 0b010;
    /** The MTU of Ethernet, a multiple of four already. */
    private static final int MOST_PADDING_BYTES = 1500;

    private final TransportAddress primary;
    private final TransportAddress alternate;

    /** The two that differ in address and port, A1:P1 and A2:P2; A1:P2 and A2:P1 follow from them. */
    public NatBehavior(TransportAddress primary, TransportAddress alternate) {
        boolean sameIp = primary.high() == alternate.high() && primary.low() == alternate.low();
        if (primary.family() != alternate.family() || sameIp || primary.port() == alternate.port()) {
            throw new IllegalArgumentException(
                    "NAT behavior discovery needs two IP addresses of one family and two ports, all different");
        }
        this.primary = primary;
        this.alternate = alternate;
    }

    /** Whether this, where a request came in, is one of the four. */
    public boolean serves(TransportAddress server) {
        return (hasIp(server, primary) || hasIp(server, alternate))
                && (server.port() == primary.port() || server.port() == alternate.port());
    }

    /**
     * How to answer a Binding request that is otherwise in order and came from {@code client} to {@code server} by UDP.
     */
    public BindingAnswer answer(StunMessage request, TransportAddress client, TransportAddress server) {
        long change = NumberAttribute.CHANGE_REQUEST.read(request);
        long responsePort = NumberAttribute.RESPONSE_PORT.read(request);
        int padding = request.find(AttributeType.PADDING);
        TransportAddress other = changed(server, CHANGE_IP | CHANGE_PORT);
        boolean padded = padding != StunMessage.NONE;
        // Padding to a port that did not ask for it would be a gift to it.
        if (change == NumberAttribute.MALFORMED || responsePort == NumberAttribute.MALFORMED || responsePort == 0
                || padded && responsePort != NumberAttribute.ABSENT) {
            return new BindingAnswer(ErrorCode.BAD_REQUEST, server, client, client, other, 0);
        }
        TransportAddress from = change == NumberAttribute.ABSENT ? server : changed(server, (int) change);
        TransportAddress to = responsePort == NumberAttribute.ABSENT ? client : withPort(client, (int) responsePort);
        int paddingBytes = padded ? Math.min(request.valueLength(padding) & ~3, MOST_PADDING_BYTES) : 0;
        return new BindingAnswer(null, from, to, client, other, paddingBytes);
    }

    /** RFC 5780 §6.1, table 1. */
    private TransportAddress changed(TransportAddress server, int flags) {
        TransportAddress otherIp = hasIp(server, primary) ? alternate : primary;
        int otherPort = server.port() == primary.port() ? alternate.port() : primary.port();
        return withPort(
                (flags & CHANGE_IP) != 0 ? otherIp : server, (flags & CHANGE_PORT) != 0 ? otherPort : server.port());
    }

    private static TransportAddress withPort(TransportAddress address, int port) {
        return new TransportAddress(address.family(), address.high(), address.low(), port);
    }

    private static boolean hasIp(TransportAddress one, TransportAddress two) {
        return one.family() == two.family() && one.high() == two.high() && one.low() == two.low();
    }
}

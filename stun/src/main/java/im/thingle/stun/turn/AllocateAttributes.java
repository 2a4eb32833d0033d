// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.BytesAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;

/**
 * What an Allocate request asks for, RFC 8656 §7.2 steps 3 to 8 and RFC 6062 §5.1; or what is wrong with it. Immutable.
 *
 * @param relay null: something is wrong
 * @param mobile whether the client wants a ticket (RFC 8016)
 * @param error null: nothing is wrong
 */
record AllocateAttributes(RelayRequest relay, int lifetimeSeconds, boolean mobile, ErrorCode error, TurnRefusal why) {
    static AllocateAttributes read(StunMessage request, ClientTransport transport, TurnSettings settings) {
        // 3. What is to be relayed.
        long protocol = NumberAttribute.REQUESTED_TRANSPORT.read(request);
        if (protocol < 0) {
            return bad();
        }
        boolean tcp = protocol == NumberAttribute.TCP;
        if (!(tcp ? settings.tcpRelay() : protocol == NumberAttribute.UDP && settings.udpRelay())) {
            return refused(ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL, TurnRefusal.UNSUPPORTED_TRANSPORT);
        }
        // RFC 6062: TCP is relayed for clients that come over it, and knows neither fragments nor pairs of ports.
        if (tcp && (!transport.isStream() || request.has(AttributeType.DONT_FRAGMENT)
                || request.has(AttributeType.EVEN_PORT) || request.has(AttributeType.RESERVATION_TOKEN))) {
            return bad();
        }
        // 4. DONT-FRAGMENT is known here, so it is never a 420.
        // RFC 8016: whoever asks for a first ticket has none to show.
        int ticketAt = request.find(AttributeType.MOBILITY_TICKET);
        boolean mobile = settings.mobility() && ticketAt != StunMessage.NONE;
        int lifetime = Lifetimes.granted(request, settings);
        if (lifetime == Lifetimes.MALFORMED || mobile && request.valueLength(ticketAt) != 0) {
            return bad();
        }
        return readAddresses(request, tcp, lifetime, mobile);
    }

    boolean isDual() {
        return relay.ipv4() && relay.ipv6();
    }

    private static AllocateAttributes readAddresses(StunMessage request, boolean tcp, int lifetime, boolean mobile) {
        long even = NumberAttribute.EVEN_PORT.read(request);
        long family = NumberAttribute.REQUESTED_ADDRESS_FAMILY.read(request);
        long additional = NumberAttribute.ADDITIONAL_ADDRESS_FAMILY.read(request);
        if (additional == NumberAttribute.ABSENT) {
            additional = NumberAttribute.DRAFT_ADDITIONAL_ADDRESS_FAMILY.read(request);
        }
        boolean claims = request.has(AttributeType.RESERVATION_TOKEN);
        byte[] token = claims ? BytesAttribute.RESERVATION_TOKEN.read(request).orElse(null) : null;
        boolean malformed = even == NumberAttribute.MALFORMED || family == NumberAttribute.MALFORMED
                || additional == NumberAttribute.MALFORMED || claims && token == null;
        boolean asksEven = even != NumberAttribute.ABSENT;
        boolean asksFamily = family != NumberAttribute.ABSENT;
        boolean asksBoth = additional != NumberAttribute.ABSENT;
        if (malformed
                // 5. A reserved port is what it is.
                || claims && (asksEven || asksFamily || asksBoth)
                // 6. One family, or both.
                || asksFamily && asksBoth
                // The family to have beside IPv4 is IPv6 (§18.11).
                || asksBoth && additional != Family.IPV6.code()
                // 8. Of two addresses it would not be clear which port is reserved.
                || asksBoth && even == 1) {
            return bad();
        }
        // 7. A family there is; whether this server has it is found out when the socket is opened.
        if (asksFamily && Family.of((int) family) == null) {
            return refused(ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED, TurnRefusal.FAMILY);
        }
        boolean ipv6Alone = family == Family.IPV6.code();
        RelayRequest relay = new RelayRequest(!ipv6Alone, ipv6Alone || asksBoth, tcp, asksEven, even == 1, token,
                request.has(AttributeType.DONT_FRAGMENT));
        return new AllocateAttributes(relay, lifetime, mobile, null, null);
    }

    private static AllocateAttributes bad() {
        return refused(ErrorCode.BAD_REQUEST, TurnRefusal.BAD_REQUEST);
    }

    private static AllocateAttributes refused(ErrorCode error, TurnRefusal why) {
        return new AllocateAttributes(null, 0, false, error, why);
    }
}

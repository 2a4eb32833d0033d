// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.ErrorCodeAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.UnknownAttributes;
import im.thingle.stun.auth.Fingerprint;
import im.thingle.stun.behavior.BindingAnswer;
import im.thingle.stun.behavior.NatBehavior;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Answers the Binding requests that ask for another of the server's addresses (RFC 5780 §6), where the machine answers
 * from the one that was asked. Confined to its event loop.
 */
final class NatDiscovery {
    private static final MessageType REQUEST = MessageType.of(MessageClass.REQUEST, Method.BINDING);
    private static final Set<AttributeType> UNDERSTOOD = EnumSet.copyOf(Stream.concat(
                    NatBehavior.ATTRIBUTES.stream(),
                    Stream.of(
                            AttributeType.USERNAME,
                            AttributeType.USERHASH,
                            AttributeType.REALM,
                            AttributeType.NONCE,
                            AttributeType.PASSWORD_ALGORITHM,
                            AttributeType.MESSAGE_INTEGRITY,
                            AttributeType.MESSAGE_INTEGRITY_SHA256))
            .toList());

    private final UdpFront front;
    private final TurnCounters counters;
    private final NatBehavior behavior;
    private final RelayPorts ports;
    private final StunMessageWriter writer = new StunMessageWriter();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(2048);

    /**
     * @param ports know which of the addresses the world sees as another one (1:1 NAT)
     */
    NatDiscovery(UdpFront front, NatDiscoverySettings settings, RelayPorts ports, TurnCounters counters) {
        this.counters = counters;
        this.front = front;
        this.ports = ports;
        behavior = new NatBehavior(SocketAddresses.of(settings.primary()), SocketAddresses.of(settings.alternate()));
    }

    /** The four addresses that have to be bound. */
    static List<InetSocketAddress> addresses(NatDiscoverySettings settings) {
        InetSocketAddress one = settings.primary();
        InetSocketAddress two = settings.alternate();
        return List.of(
                one,
                two,
                new InetSocketAddress(one.getAddress(), two.getPort()),
                new InetSocketAddress(two.getAddress(), one.getPort()));
    }

    /** Whether this was a request to be answered here, which it now is. */
    boolean answered(StunMessage request, TransportAddress client, TransportAddress server) {
        if (request.type() != REQUEST
                || !behavior.serves(server)
                || UnknownAttributes.first(request, UNDERSTOOD) != StunMessage.NONE) {
            return false;
        }
        BindingAnswer answer = behavior.answer(request, client, server);
        boolean success = answer.error() == null;
        MessageClass kind = success ? MessageClass.SUCCESS_RESPONSE : MessageClass.ERROR_RESPONSE;
        writer.start(bytes, 0, MessageType.of(kind, Method.BINDING), request.transactionId());
        if (success) {
            AddressAttribute.write(writer, AttributeType.XOR_MAPPED_ADDRESS, client);
            answer.announcing(ports.announced(answer.from()), ports.announced(answer.other())).write(writer);
            counters.add(TurnCounters.Count.BINDINGS, 1);
        } else {
            ErrorCodeAttribute.write(writer, answer.error());
        }
        if (request.has(AttributeType.FINGERPRINT)) {
            Fingerprint.sign(writer);
        }
        front.sendOnce(answer.from(), answer.to(), bytes.limit(writer.length()).position(0));
        bytes.clear();
        return true;
    }
}

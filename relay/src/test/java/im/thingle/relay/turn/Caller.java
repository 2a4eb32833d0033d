// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.ErrorCodeAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.auth.LongTermKey;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import im.thingle.stun.turn.ChannelData;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import javax.crypto.SecretKey;

/** A TURN client, as small as it can be; blocking. */
final class Caller implements AutoCloseable {
    static final Consumer<StunMessageWriter> NOTHING = writer -> {};

    private final Wire wire;
    private final SecretKey key;
    private final MessageIntegrity integrity = MessageIntegrity.sha1();
    private final ArrayDeque<byte[]> others = new ArrayDeque<>();
    private byte[] nonce;
    private byte[] last;

    Caller(Wire wire) {
        this.wire = wire;
        key = LongTermKey.md5(CallServer.USER, CallServer.REALM, CallServer.PASSWORD);
    }

    /** The relayed address of a new UDP allocation. */
    TransportAddress allocate() throws IOException {
        return relayed(allocate(NOTHING));
    }

    StunMessage allocate(Consumer<StunMessageWriter> more) throws IOException {
        return request(Method.ALLOCATE, writer -> {
            NumberAttribute.REQUESTED_TRANSPORT.write(writer, NumberAttribute.UDP);
            more.accept(writer);
        });
    }

    static TransportAddress relayed(StunMessage response) {
        return AddressAttribute.read(response, AttributeType.XOR_RELAYED_ADDRESS)
                .orElseThrow(() -> new AssertionError("no relayed address, but error " + error(response)));
    }

    /** 0 for success. */
    static int error(StunMessage response) {
        return ErrorCodeAttribute.read(response).orElse(0);
    }

    void permit(TransportAddress peer) throws IOException {
        succeed(request(
                Method.CREATE_PERMISSION,
                writer -> AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, peer)));
    }

    void bind(int channel, TransportAddress peer) throws IOException {
        succeed(request(Method.CHANNEL_BIND, writer -> {
            NumberAttribute.CHANNEL_NUMBER.write(writer, channel);
            AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, peer);
        }));
    }

    /** Gives the allocation back. */
    void release() throws IOException {
        succeed(request(Method.REFRESH, writer -> NumberAttribute.LIFETIME.write(writer, 0)));
    }

    /** Signed, and again with what the server asks for. */
    StunMessage request(Method method, Consumer<StunMessageWriter> attributes) throws IOException {
        StunMessage response = once(method, attributes);
        if (error(response) == 401 || error(response) == 438) {
            response.value(response.find(AttributeType.NONCE)).get(nonce = new byte[response.valueLength(
                    response.find(AttributeType.NONCE))]);
            response = once(method, attributes);
        }
        return response;
    }

    void send(byte[] bytes) throws IOException {
        last = bytes;
        wire.send(bytes);
    }

    /** The bytes of the last request. */
    byte[] last() {
        return last;
    }

    void sendTo(TransportAddress peer, byte[] data) throws IOException {
        StunMessageWriter writer = new StunMessageWriter();
        ByteBuffer bytes = ByteBuffer.allocate(data.length + 200);
        writer.start(bytes, 0, MessageType.of(MessageClass.INDICATION, Method.SEND), transaction());
        AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, peer);
        writer.add(AttributeType.DATA, data);
        wire.send(Arrays.copyOf(bytes.array(), writer.length()));
    }

    void sendOn(int channel, byte[] data) throws IOException {
        wire.send(frame(channel, data, wire.isStream()));
    }

    static byte[] frame(int channel, byte[] data, boolean padded) {
        int length = padded ? ChannelData.padded(data.length) : data.length;
        ByteBuffer bytes = ByteBuffer.allocate(ChannelData.HEADER_BYTES + length);
        ChannelData.writeHeader(bytes, 0, channel, data.length);
        return bytes.put(ChannelData.HEADER_BYTES, data).array();
    }

    /** The next message that is no response, whole. */
    byte[] other() throws IOException {
        return others.isEmpty() ? wire.receive(Wire.PATIENCE_MILLIS) : others.remove();
    }

    /** The next message, which is to be data of this channel. */
    byte[] channelData(int channel) throws IOException {
        ByteBuffer message = ByteBuffer.wrap(other());
        if (ChannelData.number(message, 0) != channel) {
            throw new AssertionError("no data of channel " + channel);
        }
        byte[] data = new byte[ChannelData.length(message, 0)];
        message.get(ChannelData.HEADER_BYTES, data);
        return data;
    }

    /** The next message, which is to be a Data indication. */
    byte[] indication() throws IOException {
        StunMessage message = wrap(other());
        if (message.type() != MessageType.of(MessageClass.INDICATION, Method.DATA)) {
            throw new AssertionError("no Data indication: " + message.type());
        }
        ByteBuffer value = message.value(message.find(AttributeType.DATA));
        byte[] data = new byte[value.remaining()];
        value.get(data);
        return data;
    }

    Wire wire() {
        return wire;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }

    static TransportAddress address(InetSocketAddress socket) {
        return TransportAddress.of(socket.getAddress().getAddress(), socket.getPort());
    }

    private StunMessage once(Method method, Consumer<StunMessageWriter> attributes) throws IOException {
        StunMessageWriter writer = new StunMessageWriter();
        ByteBuffer bytes = ByteBuffer.allocate(2000);
        TransactionId id = transaction();
        writer.start(bytes, 0, MessageType.of(MessageClass.REQUEST, method), id);
        attributes.accept(writer);
        if (nonce != null) {
            writer.add(AttributeType.USERNAME, CallServer.USER);
            writer.add(AttributeType.REALM, CallServer.REALM);
            writer.add(AttributeType.NONCE, nonce);
            integrity.sign(writer, key);
        }
        send(Arrays.copyOf(bytes.array(), writer.length()));
        while (true) {
            byte[] message = wire.receive(Wire.PATIENCE_MILLIS);
            if (!ChannelData.isChannelData(message[0])) {
                StunMessage response = wrap(message);
                if (response.transactionId().equals(id)) {
                    return response;
                }
            }
            others.add(message);
        }
    }

    private static void succeed(StunMessage response) {
        if (error(response) != 0) {
            throw new AssertionError("error " + error(response));
        }
    }

    private static StunMessage wrap(byte[] bytes) {
        StunMessage message = new StunMessage();
        Malformed malformed = message.wrap(bytes, 0, bytes.length);
        if (malformed != Malformed.NONE) {
            throw new AssertionError(malformed);
        }
        return message;
    }

    private static TransactionId transaction() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new TransactionId(random.nextInt(), random.nextLong());
    }
}

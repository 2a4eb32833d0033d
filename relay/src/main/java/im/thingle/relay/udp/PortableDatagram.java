// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The datagram that is being handled. Confined to its event loop. */
final class PortableDatagram implements Datagram {
    private InetSocketAddress sender;
    private TransportAddress source;
    private ByteBuf content;
    private ByteBuffer bytes;
    private int offset;

    void set(DatagramPacket packet) {
        sender = packet.sender();
        source = TransportAddress.of(sender.getAddress().getAddress(), sender.getPort());
        content = packet.content();
        bytes = content.internalNioBuffer(content.readerIndex(), content.readableBytes());
        offset = bytes.position();
    }

    void clear() {
        sender = null;
        source = null;
        content = null;
        bytes = null;
    }

    /** These bytes as a buffer of their own, to be released. */
    ByteBuf slice(int from, int count) {
        Objects.checkFromIndexSize(from - offset, count, length());
        return content.retainedSlice(content.readerIndex() + from - offset, count);
    }

    ByteBuf content() {
        return content;
    }

    InetSocketAddress sender() {
        return sender;
    }

    @Override
    public ByteBuffer bytes() {
        return bytes.limit(offset + length()).position(offset);
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return content.readableBytes();
    }

    @Override
    public TransportAddress source() {
        return source;
    }

    @Override
    public Family sourceFamily() {
        return source.family();
    }

    @Override
    public long sourceHigh() {
        return source.high();
    }

    @Override
    public long sourceLow() {
        return source.low();
    }

    @Override
    public int sourcePort() {
        return source.port();
    }
}

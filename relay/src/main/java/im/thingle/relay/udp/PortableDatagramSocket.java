// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.relay.udp.EngineCounters.Count;
import im.thingle.stun.attribute.TransportAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A datagram socket of {@link PortableDatagramEngine}. Confined to its event loop. */
final class PortableDatagramSocket implements DatagramSocketPort {
    private final class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            try {
                received(packet);
            } finally {
                packet.release();
            }
        }

        /** A write that failed, or a read. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            engine.counters().add(Count.SEND_ERRORS, 1);
        }
    }

    private final PortableDatagramEngine engine;
    private final DatagramChannel channel;
    private final Options options;
    private final Receiver receiver;
    private final PortableDatagram datagram = new PortableDatagram();
    private boolean open = true;
    private boolean written;

    PortableDatagramSocket(PortableDatagramEngine engine, DatagramChannel channel, Options options, Receiver receiver) {
        this.engine = engine;
        this.channel = channel;
        this.options = options;
        this.receiver = receiver;
    }

    ChannelHandler handler() {
        return new Handler();
    }

    @Override
    public TransportAddress localAddress() {
        InetSocketAddress local = channel.localAddress();
        return TransportAddress.of(local.getAddress().getAddress(), local.getPort());
    }

    @Override
    public void start() {
        channel.config().setAutoRead(true);
    }

    @Override
    public void send(Destination to, ByteBuffer data) {
        write(copy(data), ((PortableDestination) to).inet());
    }

    @Override
    public void sendUnfragmented(Destination to, ByteBuffer data) {
        if (!open) {
            return;
        }
        flush();
        PortableChannels.dontFragment(channel, true);
        send(to, data);
        flush();
        PortableChannels.dontFragment(channel, options.dontFragment());
    }

    @Override
    public void reply(Datagram in, ByteBuffer data) {
        write(copy(data), ((PortableDatagram) in).sender());
    }

    @Override
    public void forward(Datagram in, int offset, int length, Destination to) {
        write(((PortableDatagram) in).slice(offset, length), ((PortableDestination) to).inet());
    }

    @Override
    public void forwardFramed(Datagram in, int channelNumber, Destination to) {
        ByteBuf content = ((PortableDatagram) in).content();
        int length = content.readableBytes();
        ByteBuf framed = channel.alloc().directBuffer(Integer.BYTES + length);
        framed.writeShort(channelNumber).writeShort(length).writeBytes(content, content.readerIndex(), length);
        write(framed, ((PortableDestination) to).inet());
    }

    /** Sends what was written. */
    void flush() {
        if (written) {
            written = false;
            channel.flush();
            engine.counters().add(Count.SEND_CALLS, 1);
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            flush();
            channel.close();
            engine.closed(this);
        }
    }

    private void received(DatagramPacket packet) {
        if (!open) {
            return;
        }
        if (packet.content().readableBytes() >= PortableChannels.SLOT_BYTES) {
            engine.counters().add(Count.TRUNCATED, 1);
            return;
        }
        engine.counters().add(Count.RECEIVED, 1);
        datagram.set(packet);
        try {
            receiver.onDatagram(this, datagram);
        } catch (RuntimeException | Error bug) {
            receiver.onFault(this, bug);
        } finally {
            datagram.clear();
        }
    }

    private ByteBuf copy(ByteBuffer data) {
        return channel.alloc().directBuffer(data.remaining()).writeBytes(data.duplicate());
    }

    private void write(ByteBuf bytes, InetSocketAddress to) {
        if (!open || !channel.isWritable()) {
            bytes.release();
            engine.counters().add(Count.SEND_BUFFER_FULL, open ? 1 : 0);
            return;
        }
        if (!bytes.isReadable()) {
            bytes.release(); // Netty would, without a word
            engine.counters().add(Count.SEND_ERRORS, 1);
            return;
        }
        engine.counters().add(Count.SENT, 1);
        channel.write(new DatagramPacket(bytes, to), channel.voidPromise());
        if (!written) {
            written = true;
            engine.wrote(this);
        }
    }
}

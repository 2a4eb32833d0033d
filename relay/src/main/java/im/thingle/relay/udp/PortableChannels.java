// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.relay.net.Transport;
import im.thingle.stun.attribute.TransportAddress.Family;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.UnixChannelOption;
import jdk.net.ExtendedSocketOptions;

/** Netty's datagram channels, as the portable engine wants them. Immutable. */
final class PortableChannels {
    /** Longer datagrams cannot be told from truncated ones, and are dropped. */
    static final int SLOT_BYTES = 2048;

    private static final int SLOTS = 64;
    private static final WriteBufferWaterMark MOST_QUEUED = new WriteBufferWaterMark(2 << 20, 4 << 20);

    private PortableChannels() {}

    static DatagramChannel open(Transport transport, Family family, Options options) {
        var protocol = family == Family.IPV4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        boolean epoll = transport == Transport.EPOLL;
        DatagramChannel channel = epoll ? new EpollDatagramChannel(protocol) : new NioDatagramChannel(protocol);
        if (epoll) {
            channel.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, SLOT_BYTES);
            channel.config().setOption(UnixChannelOption.SO_REUSEPORT, options.reusePort());
        }
        // what can be read at once: epoll divides the buffer into slots
        int atOnce = epoll ? SLOTS * SLOT_BYTES : SLOT_BYTES;
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(atOnce));
        channel.config().setAutoRead(false);
        channel.config().setWriteBufferWaterMark(MOST_QUEUED);
        if (options.receiveBufferBytes() > 0) {
            channel.config().setOption(ChannelOption.SO_RCVBUF, options.receiveBufferBytes());
        }
        if (options.sendBufferBytes() > 0) {
            channel.config().setOption(ChannelOption.SO_SNDBUF, options.sendBufferBytes());
        }
        if (options.dontFragment()) {
            dontFragment(channel, true);
        }
        return channel;
    }

    /** Where the channel can: Netty's own know no such option. */
    static void dontFragment(DatagramChannel channel, boolean dont) {
        if (channel instanceof NioDatagramChannel) {
            channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.IP_DONTFRAGMENT), dont);
        }
    }
}

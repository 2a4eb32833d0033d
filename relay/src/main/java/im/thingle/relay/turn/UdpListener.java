// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.turn.TurnCounters.Count;
import im.thingle.relay.udp.Datagram;
import im.thingle.relay.udp.DatagramSocketPort;
import im.thingle.relay.udp.Receiver;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.Channel;
import im.thingle.stun.turn.ChannelData;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import java.nio.ByteBuffer;

/**
 * One event loop's listener of a UDP address: tells STUN from ChannelData by the first two bits (RFC 8656 §12) and
 * sends channel data on without leaving garbage. Confined to its event loop.
 */
final class UdpListener implements Receiver {
    // first bytes, RFC 7983 §7
    private static final int STUN_END = 4;
    private static final int DTLS_FIRST = 20;
    private static final int DTLS_END = 64;

    private final TurnShard shard;
    private final UdpFront front;
    private final DtlsListener dtls;
    private final TurnCounters counters;
    private final UdpClients clients;
    private DatagramSocketPort port;
    private TransportAddress address;

    /**
     * @param dtls takes what is DTLS; null: nobody
     */
    UdpListener(TurnShard shard, UdpFront front, DtlsListener dtls) {
        this.shard = shard;
        this.front = front;
        this.dtls = dtls;
        counters = shard.counters();
        clients = front.clients();
    }

    /** Takes the socket that was opened for this receiver; nothing has been read from it yet. */
    void bound(DatagramSocketPort socket) {
        port = socket;
        address = socket.localAddress();
    }

    DatagramSocketPort port() {
        return port;
    }

    TransportAddress address() {
        return address;
    }

    @Override
    public void onDatagram(DatagramSocketPort from, Datagram datagram) {
        UdpClient client =
                clients.find(this, datagram.sourceHigh(), datagram.sourceLow(), datagram.sourcePort());
        if (client != null && client.owner() != null) {
            if (!client.owner().commands().datagram(client.tuple(), datagram.bytes(), 0)) {
                counters.add(Count.DROPPED, 1);
            }
            return;
        }
        int first = datagram.length() == 0 ? 0xFF : datagram.bytes().get(datagram.offset()) & 0xFF;
        if (first < STUN_END) {
            FiveTuple tuple = client != null ? client.tuple() : tuple(datagram);
            front.onStun(this, datagram, tuple);
        } else if (client != null && ChannelData.isChannelData((byte) first)) {
            if (client.isArriving()) {
                shard.onActive(client.tuple());
            }
            channelData(client.allocation(), datagram);
        } else if (dtls != null && first >= DTLS_FIRST && first < DTLS_END) {
            dtls.onDatagram(from, datagram);
        } else {
            counters.add(Count.MALFORMED, 1);
        }
    }

    @Override
    public void onFault(DatagramSocketPort from, Throwable bug) {
        shard.events().bug("listener " + address, bug);
    }

    private void channelData(Allocation allocation, Datagram datagram) {
        ByteBuffer bytes = datagram.bytes();
        int at = datagram.offset();
        int length = ChannelData.check(bytes, at, datagram.length());
        if (length < 0) {
            counters.add(Count.MALFORMED, 1);
            return;
        }
        Channel channel = allocation.channel(ChannelData.number(bytes, at));
        long now = shard.now();
        if (channel == null || !channel.isLive(now)) {
            allocation.countDropped();
            counters.add(Count.DROPPED, 1);
            return;
        }
        if (!allocation.mayCarry(length, now)) {
            counters.add(Count.DROPPED, 1);
            return;
        }
        ChannelRoute route = (ChannelRoute) channel.attachment();
        route.port().forward(datagram, at + ChannelData.HEADER_BYTES, length, route.destination());
        allocation.countToPeer(length);
        counters.toPeer(length);
    }

    private FiveTuple tuple(Datagram datagram) {
        return new FiveTuple(ClientTransport.UDP, datagram.source(), address);
    }
}

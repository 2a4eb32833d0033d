// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.turn.RelayPorts.Lease;
import im.thingle.relay.udp.Datagram;
import im.thingle.relay.udp.DatagramEngine;
import im.thingle.relay.udp.DatagramSocketPort;
import im.thingle.relay.udp.Destination;
import im.thingle.relay.udp.Options;
import im.thingle.relay.udp.Receiver;
import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;

/**
 * One of the four ports of a channel. What its source sends goes out from the opposite port to that port's source, and
 * nowhere else: nobody gets a packet who has not sent one there. Leaves no garbage per packet. Confined to its event
 * loop.
 */
final class ChannelSocket implements Receiver {
    private static final Options OPTIONS = new Options(false, false, false, 1 << 20, 0);

    private final RelayChannel channel;
    private final Latch latch;
    private ChannelSocket opposite;
    private DatagramEngine engine;
    private Lease lease;
    private DatagramSocketPort port;
    /** Where answers go; null: nobody has sent anything yet. */
    private Destination source;
    private long bytes;
    private long packets;

    ChannelSocket(RelayChannel channel, Latch latch) {
        this.channel = channel;
        this.latch = latch;
    }

    /** Says which two belong together. */
    static void join(ChannelSocket one, ChannelSocket other) {
        one.opposite = other;
        other.opposite = one;
    }

    /**
     * Binds the port, from which nothing is read yet; it is this socket's from now on.
     *
     * @throws java.net.BindException if another process has it
     * @throws IOException if there is no descriptor left
     */
    void bind(DatagramEngine on, Lease wanted) throws IOException {
        port = on.open(wanted.bind(), OPTIONS, this);
        engine = on;
        lease = wanted;
    }

    void start() {
        port.start();
    }

    /** What the world is told. */
    TransportAddress announced() {
        return lease.announced();
    }

    /** Who has sent here; null: nobody yet. */
    TransportAddress source() {
        return latch.source();
    }

    /** Payload that came from here and was carried. */
    long bytes() {
        return bytes;
    }

    long packets() {
        return packets;
    }

    @Override
    public void onDatagram(DatagramSocketPort from, Datagram datagram) {
        if (!latch.admits(
                datagram.sourceFamily(), datagram.sourceHigh(), datagram.sourceLow(), datagram.sourcePort())) {
            channel.countDropped();
            return;
        }
        if (source == null) {
            source = engine.destination(datagram.source());
        }
        int length = datagram.length();
        channel.onHeard();
        if (opposite.source == null || !channel.mayCarry(length)) {
            channel.countDropped();
            return;
        }
        opposite.port.forward(datagram, datagram.offset(), length, opposite.source);
        bytes += length;
        packets++;
    }

    @Override
    public void onFault(DatagramSocketPort from, Throwable bug) {
        channel.onFault(bug);
    }

    /** Gives the port back; once more does nothing. */
    void close() {
        if (port != null) {
            port.close();
            port = null;
            lease.close();
        }
        if (source != null) {
            source.close();
            source = null;
        }
    }
}

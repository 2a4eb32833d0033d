// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.udp.Datagram;
import im.thingle.relay.udp.Destination;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One component of a leg (RFC 8445 §5.1.1): its ports, and where its party is. Media is taken from addresses that the
 * party has proven to be its own, and goes to the one that was nominated; nobody gets there by sending something.
 * Leaves no garbage per packet of media. Confined to its event loop.
 */
final class IceComponent implements MediaTarget {
    /** A party has few addresses; who comes from ever new ones has had enough. */
    private static final int MOST_CHECKED = 16;

    /** An address that has been checked, at one of our ports. */
    private static final class Checked {
        private final IceSocket socket;
        private final TransportAddress remote;
        private final Family family;
        private final long high;
        private final long low;
        private final int port;
        private int generation;

        Checked(IceSocket socket, TransportAddress remote, int generation) {
            this.socket = socket;
            this.remote = remote;
            this.generation = generation;
            family = remote.family();
            high = remote.high();
            low = remote.low();
            port = remote.port();
        }

        boolean is(IceSocket at, Datagram datagram) {
            return at == socket
                    && port == datagram.sourcePort()
                    && low == datagram.sourceLow()
                    && high == datagram.sourceHigh()
                    && family == datagram.sourceFamily();
        }

        boolean is(IceSocket at, TransportAddress address) {
            return at == socket && remote.equals(address);
        }
    }

    private final IceLeg leg;
    private final int number;
    private final List<IceSocket> sockets = new ArrayList<>();
    private final List<Checked> checked = new ArrayList<>();
    private MediaTarget target;
    private Checked selected;
    private Destination destination;
    private boolean nominated;
    private long consentNanos;
    private long bytes;
    private long packets;

    IceComponent(IceLeg leg, int number) {
        this.leg = leg;
        this.number = number;
    }

    /** Says where all goes that comes here. */
    void sendTo(MediaTarget target) {
        this.target = target;
    }

    int number() {
        return number;
    }

    List<IceSocket> sockets() {
        return sockets;
    }

    EventLoop loop() {
        return leg.loop();
    }

    boolean admits(TransportAddress to) {
        return leg.gate().admits(to.family(), to.high(), to.low(), to.port());
    }

    /** Where the party is; null: nowhere yet. */
    TransportAddress remote() {
        return selected == null ? null : selected.remote;
    }

    /** Whether the party is reached where both want it. */
    boolean isNominated() {
        return nominated;
    }

    /** How long ago the party has consented; meaningful once it is nominated. */
    long silentNanos(long nowNanos) {
        return nowNanos - consentNanos;
    }

    /** Payload that came from here and was carried. */
    long bytes() {
        return bytes;
    }

    long packets() {
        return packets;
    }

    void onMedia(IceSocket at, Datagram datagram) {
        int length = datagram.length();
        if (!isChecked(at, datagram) || !target.isReady() || !leg.call().mayCarry(length)) {
            leg.call().countDropped();
            return;
        }
        target.take(datagram);
        bytes += length;
        packets++;
    }

    /** Whether there is somewhere to send to. */
    @Override
    public boolean isReady() {
        return destination != null;
    }

    /** Sends a datagram on to the party. */
    @Override
    public void take(Datagram datagram) {
        selected.socket.forward(datagram, destination);
    }

    /** Sends the party something of our own, if it is anywhere. */
    void send(ByteBuffer data) {
        if (destination != null) {
            selected.socket.send(data, destination);
        }
    }

    /** Where the party finds us; null: it does not yet. */
    TransportAddress announced() {
        return selected == null ? null : selected.socket.announced();
    }

    void onStun(IceSocket at, Datagram datagram) {
        IceGate.Kind kind = leg.judge(datagram);
        if (kind == IceGate.Kind.NOTHING) {
            leg.call().countDropped();
            return;
        }
        if (kind == IceGate.Kind.CONSENT && selected != null && selected.is(at, datagram)) {
            consentNanos = leg.call().now();
        } else if (kind == IceGate.Kind.NOMINATION && leg.isControlled() && nominated) {
            // ice4j sticks to the first; a party may come to like another better (RFC 8445 §8.1.1)
            nominate(at, datagram.source(), leg.generation());
        }
        byte[] message = new byte[datagram.length()];
        datagram.bytes().get(datagram.offset(), message);
        leg.receive(message, at.bound(), datagram.source());
    }

    /** The party has proven that this address is its own. */
    void checked(IceSocket at, TransportAddress remote, int generation) {
        Checked known = find(at, remote);
        if (known != null) {
            known.generation = generation;
        } else if (checked.size() < MOST_CHECKED) {
            known = new Checked(at, remote, generation);
            checked.add(known);
            if (selected == null) {
                select(known);
            }
        }
    }

    /** From now on the party is to be reached there, if it has proven to be there. */
    void nominate(IceSocket at, TransportAddress remote, int generation) {
        Checked known = find(at, remote);
        if (known != null && known.generation == generation) {
            if (known != selected || !nominated) {
                select(known);
                consentNanos = leg.call().now();
            }
            checked.removeIf(each -> each.generation != generation);
            nominated = true;
        }
    }

    /** The party begins anew: what flows may flow on meanwhile. */
    void restart() {
        consentNanos = leg.call().now();
    }

    void onFault(Throwable bug) {
        leg.call().onFault(bug);
    }

    void close() {
        sockets.forEach(IceSocket::close);
        checked.clear();
        if (destination != null) {
            destination.close();
            destination = null;
        }
    }

    private boolean isChecked(IceSocket at, Datagram datagram) {
        for (int i = 0; i < checked.size(); i++) {
            if (checked.get(i).is(at, datagram)) {
                return true;
            }
        }
        return false;
    }

    private Checked find(IceSocket at, TransportAddress remote) {
        for (Checked each : checked) {
            if (each.is(at, remote)) {
                return each;
            }
        }
        return null;
    }

    private void select(Checked one) {
        if (destination != null) {
            destination.close();
        }
        selected = one;
        destination = one.socket.destination(one.remote);
    }
}

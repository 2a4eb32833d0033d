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
    /** RFC 7675 §5.1. */
    private static final long CONSENT_NANOS = 30_000_000_000L;

    /** An address that has been checked, at one of our ports. */
    private static final class Checked {
        private final IceSocket socket;
        private final TransportAddress remote;
        private final Family family;
        private final long high;
        private final long low;
        private final int port;
        private int generation;
        /** When it last answered what was asked of it. */
        private long consentNanos;

        Checked(IceSocket socket, TransportAddress remote, int generation, long nowNanos) {
            this.socket = socket;
            this.remote = remote;
            this.generation = generation;
            consentNanos = nowNanos;
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

        boolean consents(long nowNanos) {
            return nowNanos - consentNanos < CONSENT_NANOS;
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
    private boolean restarting;
    private long restartedNanos;
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

    long now() {
        return leg.call().now();
    }

    /**
     * Forgets addresses that do not consent to being sent anything any more, and sends nothing there. True if the party
     * was reached and is lost: one that has begun anew has as much time again to be reached.
     */
    boolean sweep(long nowNanos) {
        checked.removeIf(each -> each != selected && !each.consents(nowNanos));
        if (selected == null || selected.consents(nowNanos)) {
            return false;
        }
        stopSending();
        return nominated && !(restarting && nowNanos - restartedNanos < CONSENT_NANOS);
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
        IceGate.Kind kind = leg.judge(at, datagram);
        if (kind == IceGate.Kind.NOTHING) {
            leg.call().countDropped();
            return;
        }
        if (kind == IceGate.Kind.CONSENT) {
            renew(at, datagram);
        } else if (kind == IceGate.Kind.NOMINATION && leg.isControlled() && nominated) {
            // COMPAT(libwebrtc M88+, libnice 0.1.21): they nominate again, without a restart, when they come to like
            // another pair better, or nominate all and stick to one (RFC 5245 §8.1.1.2); ice4j sticks to the first
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
        } else if (hasRoom(generation)) {
            known = new Checked(at, remote, generation, now());
            checked.add(known);
        }
        if (selected == null && known != null) {
            select(known);
        }
    }

    /** Whether there is room for one more, if need be in place of one from before the party began anew. */
    private boolean hasRoom(int generation) {
        for (int i = 0; checked.size() >= MOST_CHECKED && i < checked.size(); i++) {
            Checked each = checked.get(i);
            if (each != selected && each.generation != generation) {
                checked.remove(i);
            }
        }
        return checked.size() < MOST_CHECKED;
    }

    /** From now on the party is to be reached there, if it has proven to be there, and consents. */
    void nominate(IceSocket at, TransportAddress remote, int generation) {
        Checked known = find(at, remote);
        if (known != null && known.generation == generation && known.consents(now())) {
            if (known != selected || destination == null) {
                select(known);
            }
            checked.removeIf(each -> each.generation != generation);
            nominated = true;
            restarting = false;
        }
    }

    /** The party begins anew: what flows may flow on meanwhile, as long as it last consented to (RFC 7675 §5.1). */
    void restart() {
        restarting = true;
        restartedNanos = now();
    }

    void onFault(Throwable bug) {
        leg.call().onFault(bug);
    }

    void close() {
        sockets.forEach(IceSocket::close);
        checked.clear();
        stopSending();
    }

    private void renew(IceSocket at, Datagram datagram) {
        for (Checked each : checked) {
            if (each.is(at, datagram)) {
                each.consentNanos = now();
                if (each == selected && destination == null) {
                    select(each);
                }
            }
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

    private void stopSending() {
        if (destination != null) {
            destination.close();
            destination = null;
        }
    }

    private void select(Checked one) {
        stopSending();
        selected = one;
        destination = one.socket.destination(one.remote);
    }
}

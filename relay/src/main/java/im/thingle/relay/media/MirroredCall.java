// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Charge;
import im.thingle.relay.srtp.Mirror;
import im.thingle.relay.srtp.MirrorCounts;
import im.thingle.relay.srtp.SourceMask;
import im.thingle.relay.srtp.SrtpMaster;
import im.thingle.relay.srtp.SrtpProfile;
import im.thingle.relay.srtp.SrtpReceiver;
import im.thingle.relay.srtp.SrtpSender;
import im.thingle.relay.udp.Datagram;
import im.thingle.stun.auth.Entropy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A call that ends here: its party's ICE leg leads to DTLS-SRTP of our own (RFC 5764), and what comes goes back. What
 * is neither DTLS nor SRTP (RFC 7983 §7), or comes before there are keys, is dropped. Confined to its event loop.
 */
final class MirroredCall extends Call implements MediaTarget {
    /** What was asked for. Immutable. */
    record Order(DtlsPeer peer, MirrorListener listener, MirrorAnswer answer, Entropy entropy) {}

    /** From when the party is reached. */
    static final long MOST_UNSECURED_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** More than an Ethernet carries, and what secures it. */
    private static final int ROOM_BYTES = 4096;

    private final Order order;
    private final IceLeg leg;
    private final List<IceLeg> legs;
    private final IceComponent party;
    private final SourceMask mask;
    private final SrtpAssociation association;
    private final byte[] packet = new byte[ROOM_BYTES];
    private final ByteBuffer view = ByteBuffer.wrap(packet);
    private Mirror mirror;
    private long bytesBack;
    private long packetsBack;

    MirroredCall(String id, CallOwner owner, CallShard shard, Charge charge, Order order) {
        super(id, owner, shard, charge);
        this.order = order;
        leg = new IceLeg(this, CallParty.INITIATOR, 1);
        legs = List.of(leg);
        party = leg.components().getFirst();
        party.sendTo(this);
        mask = new SourceMask((int) order.entropy().nextLong() | 1);
        association = new SrtpAssociation(shard.loop(),
                new SrtpHandshake(shard.crypto(), shard.settings().certificate(), order.peer()), party::send,
                this::secured, this::end);
    }

    @Override
    List<IceLeg> legs() {
        return legs;
    }

    @Override
    void answer(CallControl control) {
        order.answer().opened(control, leg.ours(), mask);
    }

    @Override
    void refuse(CallRefusal why) {
        order.answer().refused(why);
    }

    @Override
    void tellConnected() {
        order.listener().connected();
    }

    @Override
    void restarted(CallParty party, IceDescription ours) {
        order.listener().restarted(ours);
    }

    @Override
    void tellEnded(CallReport report) {
        order.listener().ended(report, mirror == null ? MirrorCounts.NONE : mirror.counts());
    }

    @Override
    public boolean isReady() {
        return party.isReady();
    }

    @Override
    public void take(Datagram datagram) {
        int length = datagram.length();
        int first = length == 0 ? 0 : datagram.bytes().get(datagram.offset()) & 0xFF;
        boolean taken = false;
        if (first >= 20 && first <= 63) {
            byte[] copy = new byte[length];
            datagram.bytes().get(datagram.offset(), copy);
            taken = association.onDatagram(copy);
        } else if (first >= 128 && first <= 191) {
            taken = mirror != null && length <= packet.length && reflect(datagram, length);
        }
        if (!taken) {
            countDropped();
        }
    }

    private boolean reflect(Datagram datagram, int length) {
        datagram.bytes().get(datagram.offset(), packet, 0, length);
        int back = mirror.onPacket(packet, length);
        if (back == 0) {
            return false;
        }
        party.send(view.clear().limit(back));
        bytesBack += back;
        packetsBack++;
        return true;
    }

    /** The party is the DTLS client. */
    private void secured(SrtpHandshake done) {
        SrtpProfile profile = done.profile();
        SrtpReceiver in = new SrtpReceiver(profile, SrtpMaster.ofClient(profile, done.exported()));
        SrtpSender out = new SrtpSender(profile, SrtpMaster.ofServer(profile, done.exported()));
        mirror = new Mirror(in, out, mask);
        order.listener().secured(profile);
    }

    @Override
    CallEnd due(long nowNanos) {
        CallEnd due = super.due(nowNanos);
        return due == null && mirror == null && connectedFor(nowNanos) >= MOST_UNSECURED_NANOS
                ? CallEnd.NOT_SECURED : due;
    }

    @Override
    long bytes() {
        return leg.bytes() + bytesBack;
    }

    @Override
    long packets() {
        return leg.packets() + packetsBack;
    }

    /** The responder is where the party finds us. */
    @Override
    CallReport report(CallEnd reason) {
        return new CallReport(id(), owner(), leg.remote(), party.announced(), leg.bytes(), leg.packets(), bytesBack,
                packetsBack, packetsDropped(), durationNanos(), reason);
    }

    @Override
    void release() {
        try {
            association.close();
        } finally {
            super.release();
        }
    }
}

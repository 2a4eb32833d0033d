// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.bytestream.ConduitPool;
import im.thingle.relay.bytestream.LingeringLeg;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.Transport;
import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** What the TCP connections with peers of one event loop have in common. Confined to its event loop. */
final class PeerLoop {
    private static final long LINGER_NANOS = 2_000_000_000L;

    private final IoEventLoop loop;
    private final Transport transport;
    private final ConduitPool pool;
    private final LongSupplier nanoTime;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(16 * 1024);
    private final Set<LingeringLeg> lingering = new HashSet<>();
    private final Set<PeerConnection> orphans = new HashSet<>();

    PeerLoop(IoEventLoop loop, Transport transport, ConduitPool pool, LongSupplier nanoTime) {
        this.loop = loop;
        this.transport = transport;
        this.pool = pool;
        this.nanoTime = nanoTime;
    }

    IoEventLoop loop() {
        return loop;
    }

    Transport transport() {
        return transport;
    }

    ConduitPool pool() {
        return pool;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** Closes a socket without a reset that could destroy what the other side has not read yet. */
    void linger(StreamSocket socket) {
        LingeringLeg leg = new LingeringLeg(socket, scratch, now() + LINGER_NANOS, lingering::remove);
        lingering.add(leg);
        leg.start();
    }

    /** A pair whose allocation is gone, which lets out what is under way in it. */
    void adopt(PeerConnection orphan) {
        orphans.add(orphan);
    }

    void forget(PeerConnection orphan) {
        orphans.remove(orphan);
    }

    /** Ends what takes too long; to be called a few times a second. */
    void sweep() {
        long now = now();
        for (LingeringLeg leg : List.copyOf(lingering)) {
            if (leg.isDue(now)) {
                leg.close();
            }
        }
        List.copyOf(orphans).forEach(orphan -> orphan.sweepOrphan(now));
    }

    /** Ends everything at once. */
    void close() {
        List.copyOf(orphans).forEach(orphan -> orphan.cut(CloseReason.DRAINED));
        List.copyOf(lingering).forEach(LingeringLeg::close);
        pool.close();
    }
}

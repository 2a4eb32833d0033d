// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.socks5.Socks5Handshake;
import java.io.IOException;
import java.net.InetAddress;

/**
 * How sockets come to be parked on one event loop and cease to be, wherever they belong. Confined to its event loop.
 */
final class Parking {
    /**
     * An end of file without a byte before it may be a half-close or a good-bye: the leg keeps its place this long,
     * unless a newcomer asks for it.
     */
    private static final long LEFT_NANOS = 30_000_000_000L;

    private final LoopContext context;
    private final LingeringLegs lingering;

    Parking(LoopContext context, LingeringLegs lingering) {
        this.context = context;
        this.lingering = lingering;
    }

    /** Until when a leg may wait that is parked now. */
    long deadline() {
        return context.now() + context.settings().parkedTimeout().toNanos();
    }

    /** Takes over a socket that has made its handshake; a place for it and the reply are to be found yet. */
    ParkedLeg receive(StreamSocket socket, Socks5Handshake handshake, ParkedLeg.Owner owner) {
        ParkedLeg leg = new ParkedLeg(handshake.key(), socket, owner, deadline());
        socket.listener(leg);
        socket.tellAgain(); // an end of file may have come behind the handshake
        return leg;
    }

    /** Counts a leg that has got a place and tells its client; false if the client is gone. */
    boolean admit(ParkedLeg leg, Socks5Handshake handshake) {
        context.tally().parked.increment();
        try {
            HandshakingLeg.send(leg.socket(), context.scratch(), handshake.reply(Socks5Handshake.SUCCEEDED));
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Turns a leg away for which there is no place. */
    void refuse(ParkedLeg leg, Socks5Handshake handshake, Refusal why) {
        context.events().refusedSocket(why, leg.socket().remoteAddress(), "hash=" + leg.key());
        context.quotas().releaseSocket(address(leg));
        lingering.turnAway(leg.socket(), handshake.reply(Socks5Handshake.NOT_ALLOWED));
    }

    /** Throws a socket away that came too late for anything. */
    void discard(StreamSocket socket) {
        context.quotas().releaseSocket(socket.remoteAddress().getAddress());
        socket.reset();
        context.events().refusedSocket(Refusal.DRAINING, socket.remoteAddress(), "");
    }

    /** The client of this leg has sent its end of file. */
    void ended(ParkedLeg leg) {
        leg.deadlineAtMost(context.now() + LEFT_NANOS);
    }

    /** A leg that was admitted has become a stream's. */
    void leave(ParkedLeg leg) {
        context.tally().parked.decrement();
        context.quotas().releaseSocket(address(leg));
    }

    /** A leg that was admitted ends. If nothing drives it any more, this may be called on any thread. */
    void end(ParkedLeg leg, CloseReason why) {
        leave(leg);
        leg.socket().close();
        context.events().unparked(why, leg.socket().remoteAddress());
    }

    static InetAddress address(ParkedLeg leg) {
        return leg.socket().remoteAddress().getAddress();
    }
}

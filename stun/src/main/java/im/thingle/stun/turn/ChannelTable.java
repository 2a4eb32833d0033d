// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;

/**
 * The channels of an allocation, found by number and by peer, both ways one to one (RFC 8656 §12). Two open-addressing
 * tables, since every packet asks. Confined to its event loop.
 */
final class ChannelTable {
    private static final int SMALLEST = 2;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private Channel[] byNumber = new Channel[SMALLEST];
    private Channel[] byPeer = new Channel[SMALLEST];
    private int count;

    Channel find(int number) {
        int mask = byNumber.length - 1;
        for (int i = number & mask; byNumber[i] != null; i = i + 1 & mask) {
            if (byNumber[i].number() == number) {
                return byNumber[i];
            }
        }
        return null;
    }

    Channel find(Family family, long high, long low, int port) {
        int mask = byPeer.length - 1;
        for (int i = home(high, low, port, mask); byPeer[i] != null; i = i + 1 & mask) {
            TransportAddress peer = byPeer[i].peer();
            if (peer.low() == low && peer.port() == port && peer.high() == high && peer.family() == family) {
                return byPeer[i];
            }
        }
        return null;
    }

    Channel find(TransportAddress peer) {
        return find(peer.family(), peer.high(), peer.low(), peer.port());
    }

    /** Adds a channel whose number and peer have none. */
    void add(Channel channel) {
        count++;
        if (2 * count > byNumber.length) {
            rebuild(2 * byNumber.length, null);
        }
        insert(channel);
    }

    void remove(Channel channel) {
        count--;
        rebuild(byNumber.length, channel);
    }

    int count() {
        return count;
    }

    /** All of them, for walking through while they are removed. */
    Channel[] all() {
        Channel[] all = new Channel[count];
        int next = 0;
        for (Channel channel : byNumber) {
            if (channel != null) {
                all[next++] = channel;
            }
        }
        return all;
    }

    /** When the first of them is over, or the limit if that is earlier. */
    long earliest(long limitNanos) {
        long earliest = limitNanos;
        for (Channel channel : byNumber) {
            if (channel != null && channel.expiresNanos() - earliest < 0) {
                earliest = channel.expiresNanos();
            }
        }
        return earliest;
    }

    private void rebuild(int capacity, Channel without) {
        Channel[] old = byNumber;
        byNumber = new Channel[capacity];
        byPeer = new Channel[capacity];
        for (Channel channel : old) {
            if (channel != null && channel != without) {
                insert(channel);
            }
        }
    }

    private void insert(Channel channel) {
        int mask = byNumber.length - 1;
        int i = channel.number() & mask;
        while (byNumber[i] != null) {
            i = i + 1 & mask;
        }
        byNumber[i] = channel;
        TransportAddress peer = channel.peer();
        i = home(peer.high(), peer.low(), peer.port(), mask);
        while (byPeer[i] != null) {
            i = i + 1 & mask;
        }
        byPeer[i] = channel;
    }

    private static int home(long high, long low, int port, int mask) {
        return (int) (((low ^ Long.rotateLeft(high, 29)) * MIX + port * MIX) >>> 40) & mask;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.net.Acceptor;
import im.thingle.relay.net.StreamSocket;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.Prefix;

/** Receives the sockets that one event loop accepts at one address. Confined to its event loop. */
final class StreamListener implements Acceptor.Listener {
    private final TurnShard shard;
    private final boolean tlsOnly;

    StreamListener(TurnShard shard, boolean tlsOnly) {
        this.shard = shard;
        this.tlsOnly = tlsOnly;
    }

    @Override
    public void accepted(StreamSocket socket) {
        StreamPlaces.Place place = shard.shared().places().take();
        if (place == null) {
            refuse(socket, StreamRefusal.CONNECTIONS_TOTAL);
            return;
        }
        boolean proxied = isTrustedProxy(socket);
        if (shard.streams().isDraining()) {
            place.close();
            refuse(socket, StreamRefusal.DRAINING);
        } else if (!proxied && !place.assign(socket.remoteAddress().getAddress(), shard.now())) {
            place.close();
            refuse(socket, StreamRefusal.CONNECTIONS_PER_ADDRESS);
        } else {
            StreamGreeting greeting = new StreamGreeting(shard, socket, place, proxied, tlsOnly);
            shard.streams().add(greeting);
            try {
                socket.attach(shard.loop(), greeting);
            } catch (RuntimeException | Error bug) {
                greeting.onFault(bug); // the kernel watches no more; the loop goes on with the others
            }
        }
    }

    @Override
    public void outOfDescriptors() {
        shard.events().refusedStream(StreamRefusal.OUT_OF_DESCRIPTORS, null, "raise LimitNOFILE");
    }

    private boolean isTrustedProxy(StreamSocket socket) {
        if (shard.settings().trustedProxies().isEmpty()) {
            return false;
        }
        TransportAddress from = SocketAddresses.of(socket.remoteAddress());
        for (Prefix prefix : shard.settings().trustedProxies()) {
            if (prefix.contains(from.family(), from.high(), from.low())) {
                return true;
            }
        }
        return false;
    }

    /** A reset is the fastest no there is. */
    private void refuse(StreamSocket socket, StreamRefusal why) {
        socket.reset();
        shard.events().refusedStream(why, socket.remoteAddress(), "");
    }
}

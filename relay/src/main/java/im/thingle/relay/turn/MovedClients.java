// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.turn.FiveTuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Clients of this shard that have moved (RFC 8016) and whose datagrams may now arrive at another one. A client hears
 * that it has moved when all shards know where to send what it sends next. Confined to its event loop.
 */
final class MovedClients {
    private static final class Held {
        int missing;
        final List<byte[]> messages = new ArrayList<>(1);
    }

    private final TurnShard shard;
    private final Set<FiveTuple> told = new HashSet<>();
    private final Map<FiveTuple, Held> held = new HashMap<>();

    MovedClients(TurnShard shard) {
        this.shard = shard;
    }

    /** An allocation's client is there now. */
    void moved(FiveTuple to) {
        List<TurnShard> others = shard.shared().directory().others(shard);
        if (others.isEmpty() || !told.add(to)) {
            return;
        }
        Held waiting = new Held();
        waiting.missing = others.size();
        held.put(to, waiting);
        others.forEach(other -> other.commands().elsewhere(to, shard));
    }

    /** Keeps a message back until the others know; false if there is no need to. */
    boolean hold(FiveTuple to, ByteBuffer message) {
        Held waiting = held.isEmpty() ? null : held.get(to);
        if (waiting == null) {
            return false;
        }
        byte[] copy = new byte[message.remaining()];
        message.get(message.position(), copy);
        waiting.messages.add(copy);
        return true;
    }

    /** Another shard knows. */
    void known(FiveTuple to) {
        Held waiting = held.get(to);
        if (waiting != null && --waiting.missing == 0) {
            held.remove(to);
            waiting.messages.forEach(message -> shard.udp().send(to, ByteBuffer.allocateDirect(message.length)
                    .put(message)
                    .flip()));
        }
    }

    /** The allocation has ended, or its client is somewhere else. */
    void gone(FiveTuple client) {
        if (told.remove(client)) {
            held.remove(client);
            shard.shared().directory().others(shard).forEach(other -> other.commands().nowhere(client));
        }
    }
}

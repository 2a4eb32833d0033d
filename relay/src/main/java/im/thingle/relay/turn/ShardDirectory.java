// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.turn.FiveTuple;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the shards must know of each other: a client's second connection may arrive at any loop, and is to go to the one
 * that has its allocation. Used while connections are set up, never per packet. Safe from any thread.
 */
final class ShardDirectory {
    private static final MessageType REFRESH = MessageType.of(MessageClass.REQUEST, Method.REFRESH);
    private static final MessageType CONNECTION_BIND = MessageType.of(MessageClass.REQUEST, Method.CONNECTION_BIND);

    private final ConcurrentHashMap<Integer, TurnShard> connections = new ConcurrentHashMap<>();
    private volatile List<TurnShard> shards = List.of();

    /** To be called once, before there are clients. */
    void shards(List<TurnShard> all) {
        shards = List.copyOf(all);
    }

    /** How many shards there are. */
    int size() {
        return shards.size();
    }

    /**
     * Which other shard a message is for that has come to this one by a stream; null: this one, as far as can be told.
     * To be called on the shard's loop.
     */
    TurnShard shardFor(TurnShard here, FiveTuple from, StunMessage message) {
        if (message.type() != CONNECTION_BIND) {
            return elsewhere(here, from, message);
        }
        int at = message.find(AttributeType.CONNECTION_ID);
        boolean named = at != StunMessage.NONE && message.valueLength(at) == Integer.BYTES;
        TurnShard owner = named ? connections.get(message.intAt(at, 0)) : null;
        return owner == here ? null : owner;
    }

    /**
     * Whom to ask about a client that moves (RFC 8016) and shows a ticket that this shard knows nothing of: the next
     * one, in a circle. Null for all other messages. To be called on the shard's loop.
     */
    TurnShard elsewhere(TurnShard here, FiveTuple from, StunMessage message) {
        boolean moves = here.settings().turn().mobility()
                && message.type() == REFRESH
                && message.has(AttributeType.MOBILITY_TICKET)
                && here.machine().find(from) == null
                && !here.machine().recognises(message);
        if (!moves) {
            return null;
        }
        List<TurnShard> all = shards;
        TurnShard next = all.get((all.indexOf(here) + 1) % all.size());
        return next == here ? null : next;
    }

    /** All shards but this one. */
    List<TurnShard> others(TurnShard shard) {
        return shards.stream().filter(other -> other != shard).toList();
    }

    /** A TCP connection with a peer (RFC 6062) is under way at this shard. */
    void connectionAt(int connectionId, TurnShard shard) {
        connections.putIfAbsent(connectionId, shard);
    }

    /** Connections that somebody may bind to. */
    int connections() {
        return connections.size();
    }

    void connectionOver(int connectionId, TurnShard shard) {
        connections.remove(connectionId, shard);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.turn.FiveTuple;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** The way into a shard from other event loops. Safe from any thread. */
final class TurnCommands {
    /** A loop that cannot keep up loses datagrams, as a socket's buffer would. */
    private static final int MOST_DATAGRAMS = 1024;

    private final TurnShard shard;
    private final AtomicInteger datagrams = new AtomicInteger();

    TurnCommands(TurnShard shard) {
        this.shard = shard;
    }

    /**
     * A datagram for an allocation of the shard, or that might be for one; false if too many wait already.
     *
     * @param bytes copied during the call
     * @param asked how many shards were asked already whether it is theirs; 0: nobody needs to be asked
     */
    boolean datagram(FiveTuple from, ByteBuffer bytes, int asked) {
        if (datagrams.get() >= MOST_DATAGRAMS) {
            return false;
        }
        datagrams.incrementAndGet();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        run(() -> {
            datagrams.decrementAndGet();
            shard.udp().onForwarded(from, ByteBuffer.wrap(copy), asked);
        });
        return true;
    }

    /** What comes from this client is for {@code owner}, who is told when this is known. */
    void elsewhere(FiveTuple client, TurnShard owner) {
        run(() -> {
            shard.udp().bindElsewhere(client, owner);
            owner.commands().known(client);
        });
    }

    /** Another shard knows that this client is ours. */
    void known(FiveTuple client) {
        run(() -> shard.moved().known(client));
    }

    /** What comes from this client is for nobody else any more. */
    void nowhere(FiveTuple client) {
        run(() -> shard.udp().unbindElsewhere(client));
    }

    private void run(Runnable command) {
        try {
            shard.loop().execute(() -> {
                try {
                    command.run();
                } catch (RuntimeException | Error bug) {
                    shard.events().bug("command from another loop", bug);
                }
            });
        } catch (RejectedExecutionException stopped) {
            // a loop that has stopped has no allocations
        }
    }
}

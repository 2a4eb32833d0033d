// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.turn.FiveTuple;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;

/** The way into a shard from other event loops. Safe from any thread. */
final class TurnCommands {
    private final TurnShard shard;

    TurnCommands(TurnShard shard) {
        this.shard = shard;
    }

    /**
     * A datagram for an allocation of the shard, or that might be for one.
     *
     * @param bytes copied during the call
     * @param asked how many shards were asked already whether it is theirs; 0: nobody needs to be asked
     */
    void datagram(FiveTuple from, ByteBuffer bytes, int asked) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        run(() -> shard.udp().onForwarded(from, ByteBuffer.wrap(copy), asked));
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

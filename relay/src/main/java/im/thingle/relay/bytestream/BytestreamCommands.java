// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.StreamReport;
import im.thingle.relay.net.EveryLoop;
import im.thingle.relay.socks5.StreamKey;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/** The only way into the bytestreams from outside their event loops. Safe from any thread. */
public final class BytestreamCommands {
    private final List<Shard> shards;
    private final Function<StreamKey, Shard> owners;

    BytestreamCommands(List<Shard> shards, Function<StreamKey, Shard> owners) {
        this.shards = shards;
        this.owners = owners;
    }

    /** Opens a bytestream whose two sockets are parked (XEP-0065 §6.4). */
    public void activate(StreamKey key, Parties parties, ActivationAnswer answer) {
        Shard owner = owners.apply(key);
        run(owner, () -> owner.activate(key, parties, answer), answer::failed);
    }

    /** Tells of all active bytestreams, in no order, on some event loop. */
    public void list(Consumer<List<StreamReport>> whenKnown) {
        EveryLoop.ask(shards, Shard::loop, Shard::active, whenKnown);
    }

    /** Ends an active bytestream and tells whether there was one, on some event loop. */
    public void end(StreamKey key, Consumer<Boolean> whenDone) {
        Shard owner = owners.apply(key);
        run(owner, () -> whenDone.accept(owner.end(key)), () -> whenDone.accept(false));
    }

    private static void run(Shard owner, Runnable command, Runnable otherwise) {
        if (owner.loop().inEventLoop()) {
            command.run();
            return;
        }
        try {
            owner.loop().execute(command);
        } catch (RejectedExecutionException stopped) {
            otherwise.run();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.socks5.StreamKey;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** The only way into the bytestreams from outside their event loops. Safe from any thread. */
public final class BytestreamCommands {
    private final Function<StreamKey, Shard> owners;

    BytestreamCommands(Function<StreamKey, Shard> owners) {
        this.owners = owners;
    }

    /** Opens a bytestream whose two sockets are parked (XEP-0065 §6.4). */
    public void activate(StreamKey key, Parties parties, ActivationAnswer answer) {
        Shard owner = owners.apply(key);
        if (owner.loop().inEventLoop()) {
            owner.activate(key, parties, answer);
            return;
        }
        try {
            owner.loop().execute(() -> owner.activate(key, parties, answer));
        } catch (RejectedExecutionException stopped) {
            answer.failed();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.RelayEvents;
import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/**
 * What everything that serves the bytestreams of one event loop works with. Confined to its event loop.
 *
 * @param scratch for one read or write; nothing stays in it
 */
record LoopContext(
        IoEventLoop loop,
        BytestreamSettings settings,
        RelayEvents events,
        Quotas quotas,
        Tally tally,
        LongSupplier nanoTime,
        ByteBuffer scratch) {
    private static final int SCRATCH_BYTES = 16 * 1024;

    static LoopContext of(
            IoEventLoop loop, BytestreamSettings settings, RelayEvents events, Shard.Shared shared) {
        return new LoopContext(loop, settings, events, shared.quotas(), shared.tally(), shared.nanoTime(),
                ByteBuffer.allocateDirect(SCRATCH_BYTES));
    }

    long now() {
        return nanoTime.getAsLong();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

/**
 * How an engine works. Immutable.
 *
 * @param portable the twin on Netty's own channels, even where the kernel's batched calls can be had
 * @param coalesceNanos how long datagrams may wait for others when many flows with few datagrams each keep the loop
 *     waking up; 0: never. Under low load nothing waits
 * @param segmentation whether runs of equal datagrams of one flow are handed to the kernel, and taken from it, as one
 */
public record EngineSettings(boolean portable, long coalesceNanos, boolean segmentation) {
    /** Native, where there is epoll, with all that helps. */
    public static final EngineSettings DEFAULT = new EngineSettings(false, 200_000, true);

    public EngineSettings {
        if (coalesceNanos < 0 || coalesceNanos > 10_000_000) {
            throw new IllegalArgumentException("coalesce " + coalesceNanos + " ns (expected: 0 to 10 ms)");
        }
    }

    public EngineSettings withCoalesceNanos(long nanos) {
        return new EngineSettings(portable, nanos, segmentation);
    }
}

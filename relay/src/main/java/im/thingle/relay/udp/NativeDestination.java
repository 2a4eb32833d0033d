// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;

/**
 * A prepared address, which flow of the current batch goes to it, and what runs the way there takes. Confined to its
 * event loop.
 */
final class NativeDestination implements Destination {
    private final Destinations all;
    private final int place;
    private final long name;
    private final int nameLength;
    private boolean closed;
    private long batch;
    private int flow;
    /** The longest segment that the kernel takes in a run to here; 0: no runs. */
    private int segmentLimit = Integer.MAX_VALUE;

    NativeDestination(Destinations all, int place, long name, int nameLength) {
        this.all = all;
        this.place = place;
        this.name = name;
        this.nameLength = nameLength;
    }

    int place() {
        return place;
    }

    /** Where the kernel finds it. */
    long name() {
        return name;
    }

    int nameLength() {
        return nameLength;
    }

    /** The flow of that batch that leads here, or -1. */
    int flow(long batch) {
        return this.batch == batch ? flow : -1;
    }

    void flow(long batch, int flow) {
        this.batch = batch;
        this.flow = flow;
    }

    int segmentLimit() {
        return segmentLimit;
    }

    /** The kernel does not take runs of such segments to here: too long for the path, or no runs at all. */
    void limitSegments(int size, int error) {
        boolean tooLong = error == Errno.EINVAL || error == Errno.EMSGSIZE;
        segmentLimit = tooLong ? Math.min(segmentLimit, size - 1) : 0;
    }

    @Override
    public TransportAddress address() {
        return all.address(this);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            all.retire(this);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;

/** A prepared address, and which flow of the current batch goes to it. Confined to its event loop. */
final class NativeDestination implements Destination {
    private final Destinations all;
    private final int place;
    private final long name;
    private final int nameLength;
    private boolean closed;
    private long batch;
    private int flow;

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

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The prepared addresses of an engine: 32 bytes each outside the heap, in chunks that are kept. The place of a closed
 * one is given out again after the next flush only, since datagrams may be queued that point to it. Confined to its
 * event loop.
 */
final class Destinations {
    private static final int PER_CHUNK = 4096;

    private final SocketCalls calls;
    private final List<Memory> chunks = new ArrayList<>();
    private int[] free = new int[64];
    private int freeCount;
    /** The first of {@link #free} that may still be pointed to. */
    private int retiredFrom;

    Destinations(SocketCalls calls) {
        this.calls = calls;
    }

    NativeDestination add(TransportAddress address) {
        if (retiredFrom == 0) {
            addChunk();
        }
        int place = free[--retiredFrom];
        free[retiredFrom] = free[--freeCount]; // the order among the retired does not matter
        Memory chunk = chunk(place);
        int offset = offset(place);
        Sockaddr.write(chunk, offset, address);
        return new NativeDestination(this, place, chunk.at(offset), Sockaddr.length(address.family()));
    }

    TransportAddress address(NativeDestination destination) {
        return Sockaddr.read(chunk(destination.place()), offset(destination.place()));
    }

    void retire(NativeDestination destination) {
        push(destination.place());
    }

    /** Nothing is queued any more. */
    void flushed() {
        retiredFrom = freeCount;
    }

    void free() {
        chunks.forEach(chunk -> chunk.free(calls));
        chunks.clear();
    }

    private void addChunk() {
        int first = chunks.size() * PER_CHUNK;
        try {
            chunks.add(Memory.map(calls, PER_CHUNK * Sockaddr.ROOM));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int place = first + PER_CHUNK - 1; place >= first; place--) {
            push(place);
            // a new place is free at once: it changes places with the first retired one
            int last = freeCount - 1;
            int moved = free[retiredFrom];
            free[retiredFrom++] = free[last];
            free[last] = moved;
        }
    }

    private void push(int place) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = place;
    }

    private Memory chunk(int place) {
        return chunks.get(place / PER_CHUNK);
    }

    private static int offset(int place) {
        return place % PER_CHUNK * Sockaddr.ROOM;
    }
}

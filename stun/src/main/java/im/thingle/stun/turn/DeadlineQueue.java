// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import java.util.Arrays;

/**
 * Which allocation has something to do next: a binary heap in which each allocation has one place and knows it, so that
 * a deadline can be brought forward. Confined to its event loop.
 */
final class DeadlineQueue {
    private static final int SMALLEST = 16;

    private Allocation[] heap = new Allocation[SMALLEST];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Whose turn comes next; null: nobody's. */
    Allocation first() {
        return heap[0];
    }

    void add(Allocation allocation) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        up(size++, allocation);
    }

    /** To be called when the allocation's deadline changed. */
    void moved(Allocation allocation) {
        up(allocation.queueIndex(), allocation);
        down(allocation.queueIndex(), allocation);
    }

    void remove(Allocation allocation) {
        int hole = allocation.queueIndex();
        Allocation last = heap[--size];
        heap[size] = null;
        if (hole != size) {
            up(hole, last);
            down(last.queueIndex(), last);
        }
        allocation.queueIndex(-1);
        if (heap.length > SMALLEST && size < heap.length / 4) {
            heap = Arrays.copyOf(heap, heap.length / 2);
        }
    }

    private void up(int from, Allocation allocation) {
        int at = from;
        while (at > 0 && isBefore(allocation, heap[at - 1 >>> 1])) {
            place(heap[at - 1 >>> 1], at);
            at = at - 1 >>> 1;
        }
        place(allocation, at);
    }

    private void down(int from, Allocation allocation) {
        int at = from;
        for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], allocation)) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(allocation, at);
    }

    private void place(Allocation allocation, int at) {
        heap[at] = allocation;
        allocation.queueIndex(at);
    }

    private static boolean isBefore(Allocation one, Allocation other) {
        return one.deadlineNanos() - other.deadlineNanos() < 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Keeps what a port tells, and does something with each datagram. Safe from any thread. */
final class Recorder implements Receiver {
    record Arrival(byte[] bytes, TransportAddress source) {}

    record IcmpError(TransportAddress peer, int type, int code) {}

    final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    final BlockingQueue<IcmpError> errors = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();
    private final BiConsumer<DatagramSocketPort, Datagram> action;

    Recorder() {
        this((port, datagram) -> {});
    }

    Recorder(BiConsumer<DatagramSocketPort, Datagram> action) {
        this.action = action;
    }

    @Override
    public void onDatagram(DatagramSocketPort port, Datagram datagram) {
        byte[] bytes = new byte[datagram.length()];
        datagram.bytes().get(datagram.offset(), bytes);
        arrivals.add(new Arrival(bytes, datagram.source()));
        action.accept(port, datagram);
    }

    @Override
    public void onFault(DatagramSocketPort port, Throwable bug) {
        faults.add(bug);
    }

    @Override
    public void onError(DatagramSocketPort port, TransportAddress peer, int type, int code, int data) {
        errors.add(new IcmpError(peer, type, code));
    }

    /** The next of a queue; fails if there is none in time. */
    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(5, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }
}

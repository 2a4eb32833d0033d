// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import java.nio.ByteBuffer;

/** A datagram socket of {@link NativeDatagramEngine}; its buffers are the engine's. Confined to its event loop. */
final class NativeDatagramSocket implements DatagramSocketPort {
    private static final int READS_OF_ONE = 16;

    private final NativeDatagramEngine engine;
    private final int descriptor;
    private final TransportAddress localAddress;
    private final Options options;
    private final Receiver receiver;
    private final ReceiveOffload offload;
    /** How many reads for one datagram are left before the next looks for more; 0: look now. */
    private int readsOfOne;
    private boolean open = true;
    private boolean started;

    private int firstFlow = SendBatch.NONE;
    private int lastFlow = SendBatch.NONE;

    NativeDatagramSocket(
            NativeDatagramEngine engine, int descriptor, TransportAddress local, Options options, Receiver receiver) {
        this.engine = engine;
        this.descriptor = descriptor;
        this.localAddress = local;
        this.options = options;
        this.receiver = receiver;
        this.offload = new ReceiveOffload(engine.calls(), descriptor, engine.settings().segmentation());
    }

    @Override
    public TransportAddress localAddress() {
        return localAddress;
    }

    @Override
    public void start() {
        if (open && !started) {
            started = true;
            engine.start(this);
        }
    }

    @Override
    public void send(Destination to, ByteBuffer data) {
        if (open) {
            engine.sends().addCopy(this, (NativeDestination) to, data);
        }
    }

    @Override
    public void sendUnfragmented(Destination to, ByteBuffer data) {
        if (!open) {
            return;
        }
        engine.sends().flush();
        engine.opener().dontFragment(descriptor, localAddress.family(), true);
        send(to, data);
        engine.sends().flush();
        engine.opener().dontFragment(descriptor, localAddress.family(), options.dontFragment());
    }

    @Override
    public void reply(Datagram in, ByteBuffer data) {
        if (open) {
            NativeDatagram received = (NativeDatagram) in;
            engine.sends().addCopy(this, received.names(), received.nameOffset(), data);
        }
    }

    @Override
    public void forward(Datagram in, int offset, int length, Destination to) {
        if (open) {
            long bytes = ((NativeDatagram) in).at(offset, length);
            engine.sends().add(this, (NativeDestination) to, bytes, length, 0);
        }
    }

    @Override
    public void forwardFramed(Datagram in, int channelNumber, Destination to) {
        if (!open) {
            return;
        }
        NativeDatagram received = (NativeDatagram) in;
        int length = received.length();
        int header = channelNumber << 16 | length;
        long bytes = received.at(received.offset(), length);
        if (received.putInFront(header)) {
            engine.sends().add(this, (NativeDestination) to, bytes - Integer.BYTES, length + Integer.BYTES, 0);
        } else {
            engine.sends().add(this, (NativeDestination) to, bytes, length, header);
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            engine.close(this);
        }
    }

    int descriptor() {
        return descriptor;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether the next read is for one datagram only, because the recent ones found no more. */
    boolean readsOne() {
        return readsOfOne > 0 && --readsOfOne > 0;
    }

    /** What a read for many has found. */
    void onReceived(int count) {
        readsOfOne = count == 1 && !offload.isOn() ? READS_OF_ONE : 0;
    }

    Receiver receiver() {
        return receiver;
    }

    ReceiveOffload offload() {
        return offload;
    }

    int firstFlow() {
        return firstFlow;
    }

    int lastFlow() {
        return lastFlow;
    }

    void addFlow(int flow) {
        if (firstFlow == SendBatch.NONE) {
            firstFlow = flow;
        }
        lastFlow = flow;
    }

    void clearFlows() {
        firstFlow = SendBatch.NONE;
        lastFlow = SendBatch.NONE;
    }
}

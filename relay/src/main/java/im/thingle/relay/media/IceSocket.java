// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.turn.RelayPorts.Lease;
import im.thingle.relay.udp.Datagram;
import im.thingle.relay.udp.DatagramEngine;
import im.thingle.relay.udp.DatagramSocketPort;
import im.thingle.relay.udp.Destination;
import im.thingle.relay.udp.Options;
import im.thingle.relay.udp.Receiver;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.TransactionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;

/** One port of a component. STUN goes to the leg's agent, all else to the other party. Confined to its event loop. */
final class IceSocket implements Receiver {
    private static final Options OPTIONS = new Options(false, false, false, 1 << 20, 0);

    private final IceComponent component;
    private final DatagramEngine engine;
    private final Lease lease;
    private final DatagramSocketPort port;
    private final IceQuestions asked = new IceQuestions();
    private boolean closed;

    /**
     * Binds the port, from which nothing is read yet; it is this socket's from now on.
     *
     * @throws java.net.BindException if another process has it
     * @throws IOException if there is no descriptor left
     */
    IceSocket(IceComponent component, DatagramEngine engine, Lease lease) throws IOException {
        this.component = component;
        this.engine = engine;
        this.lease = lease;
        port = engine.open(lease.bind(), OPTIONS, this);
    }

    void start() {
        port.start();
    }

    /** Where it is. */
    TransportAddress bound() {
        return lease.bind();
    }

    /** What the world is told. */
    TransportAddress announced() {
        return lease.announced();
    }

    /** What the agent has asked from here. */
    IceQuestions asked() {
        return asked;
    }

    @Override
    public void onDatagram(DatagramSocketPort from, Datagram datagram) {
        if (IceGate.isStun(datagram)) {
            component.onStun(this, datagram);
        } else {
            component.onMedia(this, datagram);
        }
    }

    /** Sends a datagram of the opposite component's on. */
    void forward(Datagram datagram, Destination to) {
        port.forward(datagram, datagram.offset(), datagram.length(), to);
    }

    /** Sends something of our own. */
    void send(ByteBuffer data, Destination to) {
        port.send(to, data);
    }

    Destination destination(TransportAddress to) {
        return engine.destination(to);
    }

    /** Sends what the agent wants sent, unless it is to somebody who may be no party. Safe from any thread. */
    void sendFromAnyThread(byte[] message, TransportAddress to) {
        try {
            component.loop().execute(() -> send(message, to));
        } catch (RejectedExecutionException stopped) {
            // nobody is there to send anything
        }
    }

    private void send(byte[] message, TransportAddress to) {
        if (!closed && component.admits(to)) {
            asked.onSent(message, to, component.now());
            try (Destination destination = engine.destination(to)) {
                port.send(destination, ByteBuffer.wrap(message));
            }
        }
    }

    /** Asks somebody who may be a party something of our own. */
    void ask(ByteBuffer message, TransactionId id, TransportAddress to) {
        if (!closed) {
            asked.onAsked(id, to, component.now());
            try (Destination destination = engine.destination(to)) {
                port.send(destination, message);
            }
        }
    }

    /** Answers what has come. */
    void reply(Datagram to, ByteBuffer message) {
        port.reply(to, message);
    }

    @Override
    public void onFault(DatagramSocketPort from, Throwable bug) {
        component.onFault(bug);
    }

    /** Gives the port back; once more does nothing. */
    void close() {
        if (!closed) {
            closed = true;
            port.close();
            lease.close();
        }
    }
}

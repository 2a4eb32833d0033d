// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.relay.net.LoopTurns;
import im.thingle.stun.attribute.TransportAddress;
import io.netty.channel.IoEventLoop;
import io.netty.util.collection.IntObjectHashMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Datagrams by the kernel's batched calls, through the foreign-function API, on memory that was laid out once: nothing
 * is allocated per datagram. Confined to its event loop.
 */
final class NativeDatagramEngine implements DatagramEngine, LoopTurns.Edges {
    private final IoEventLoop loop;
    private final EngineSettings settings;
    private final LoopTurns turns;
    private final SocketCalls calls = new SocketCalls();
    private final EngineCounters counters = new EngineCounters();
    private final IntObjectHashMap<NativeDatagramSocket> sockets = new IntObjectHashMap<>();
    private final Destinations destinations = new Destinations(calls);
    private final SocketOpener opener;
    private final ErrorQueue errors;
    private final SendBatch sends;
    private final ReceiveBatch receives;
    private final Readiness readiness;
    private boolean closed;

    private NativeDatagramEngine(IoEventLoop loop, LoopTurns turns, EngineSettings settings) throws IOException {
        this.loop = loop;
        this.turns = turns;
        this.settings = settings;
        opener = new SocketOpener(calls);
        errors = new ErrorQueue(calls);
        sends = new SendBatch(calls, destinations, counters, settings.segmentation());
        receives = new ReceiveBatch(calls, sends, counters);
        readiness = settings.coalesceNanos() == 0
                ? new PromptReadiness(loop, this)
                : new CoalescingReadiness(calls, loop, this, settings.coalesceNanos());
    }

    static NativeDatagramEngine on(IoEventLoop loop, EngineSettings settings) throws IOException {
        LoopTurns turns = LoopTurns.ofThisLoop();
        NativeDatagramEngine engine = new NativeDatagramEngine(loop, turns, settings);
        turns.add(engine);
        return engine;
    }

    @Override
    public DatagramSocketPort open(TransportAddress bind, Options options, Receiver receiver) throws IOException {
        assert loop.inEventLoop();
        int descriptor = opener.open(bind, options);
        TransportAddress local = opener.localAddress(descriptor);
        NativeDatagramSocket socket = new NativeDatagramSocket(this, descriptor, local, options, receiver);
        sockets.put(descriptor, socket);
        return socket;
    }

    @Override
    public Destination destination(TransportAddress to) {
        assert loop.inEventLoop();
        return destinations.add(to);
    }

    @Override
    public EngineCounters counters() {
        return counters;
    }

    @Override
    public void turnBegins() {
        if (!sends.isEmpty()) {
            sends.flush(); // from a task of the loop
        }
    }

    @Override
    public void turnEnds() {
        readiness.serve();
        sends.flush();
        receives.reuse();
        int moved = receives.takeMoved();
        readiness.served(moved);
        if (moved > 0) {
            counters.add(EngineCounters.Count.TURNS, 1);
        }
    }

    @Override
    public long mostWaitNanos() {
        return readiness.mostWaitNanos();
    }

    @Override
    public void close() {
        assert loop.inEventLoop();
        if (closed) {
            return;
        }
        closed = true;
        List.copyOf(sockets.values()).forEach(NativeDatagramSocket::close);
        turns.remove(this);
        readiness.free();
        opener.free();
        errors.free();
        receives.free();
        sends.free();
        destinations.free();
    }

    void start(NativeDatagramSocket socket) {
        try {
            readiness.add(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the kernel is out of memory
        }
    }

    void onReady(NativeDatagramSocket socket, boolean error) {
        if (error) {
            errors.drain(socket);
        }
        receives.drain(socket);
    }

    /** What is queued goes out while the descriptor is still the socket's. */
    void close(NativeDatagramSocket socket) {
        sends.flush();
        readiness.remove(socket);
        sockets.remove(socket.descriptor());
        calls.close(socket.descriptor());
    }

    SendBatch sends() {
        return sends;
    }

    SocketOpener opener() {
        return opener;
    }

    SocketCalls calls() {
        return calls;
    }

    EngineSettings settings() {
        return settings;
    }

    /** The open socket of a descriptor, or null. */
    NativeDatagramSocket socket(int descriptor) {
        return sockets.get(descriptor);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.Shaper;
import im.thingle.relay.bytestream.ConduitPool;
import im.thingle.relay.net.Acceptor;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.StreamSockets;
import im.thingle.relay.net.Transport;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The TCP side of one allocation on a loop of its own, with loopback peers, a clock to be moved, and everything
 * recorded.
 */
final class PeerBench implements PeerSet.Owner, AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    final BlockingQueue<Integer> accepted = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> connected = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> failed = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
    final AtomicLong toPeer = new AtomicLong();
    final AtomicLong toClient = new AtomicLong();
    final AtomicInteger clientsOver = new AtomicInteger();
    final AtomicLong aheadNanos = new AtomicLong();
    final EventLoops loops;
    final IoEventLoop loop;
    final PeerLoop on;
    final PeerSet set;
    final PeerListener listener;
    private final Acceptor front;
    private final BlockingQueue<StreamSocket> clients = new LinkedBlockingQueue<>();
    private final AtomicInteger ids = new AtomicInteger();
    private volatile boolean refuses;

    PeerBench(Transport transport) throws Exception {
        this(transport, 0);
    }

    PeerBench(Transport transport, long bytesPerSecond) throws Exception {
        loops = EventLoops.open(transport, 1);
        loop = loops.all().getFirst();
        on = new PeerLoop(loop, transport, new ConduitPool(transport, 1), () -> System.nanoTime() + aheadNanos.get());
        set = new PeerSet(on, Shaper.of(bytesPerSecond, on.now()), this);
        listener = new PeerListener(transport, new InetSocketAddress(LOOPBACK, 0));
        run(() -> {
            listener.start(on, set);
            return null;
        });
        front = StreamSockets.listen(transport, new InetSocketAddress(LOOPBACK, 0), new Front());
        run(() -> {
            front.start(loop);
            return null;
        });
    }

    /** Where clients' data connections come in; they wait as they do behind a ConnectionBind request. */
    private final class Front implements Acceptor.Listener, StreamSocket.Listener {
        @Override
        public void accepted(StreamSocket socket) {
            socket.attach(loop, this);
            socket.await(false, false);
            clients.add(socket);
        }

        @Override
        public void outOfDescriptors() {
            bugs.add(new AssertionError("out of descriptors"));
        }

        @Override
        public void onReady(boolean readable, boolean writable, boolean hangUp) {}

        @Override
        public void onFault(Throwable bug) {
            bugs.add(bug);
        }
    }

    InetSocketAddress relayed() {
        return listener.localAddress();
    }

    /** A peer that connects to the relayed address. */
    Socket peer() throws IOException {
        return dial(relayed(), 0);
    }

    Socket peer(int receiveBuffer) throws IOException {
        return dial(relayed(), receiveBuffer);
    }

    /** Whether a peer that connects gets nothing but an end, maybe before it knows that it was connected. */
    boolean turnsAway() {
        try (Socket peer = peer()) {
            return isCut(peer);
        } catch (IOException reset) {
            return true;
        }
    }

    /** From now on the owner turns peers away. */
    void refuse() {
        refuses = true;
    }

    /** A client's data connection. */
    Socket client() throws IOException {
        return dial(front.localAddress(), 0);
    }

    Socket client(int receiveBuffer) throws IOException {
        return dial(front.localAddress(), receiveBuffer);
    }

    /** The server's end of the client's data connection that was opened last. */
    StreamSocket serverEnd() throws InterruptedException {
        return await(clients);
    }

    boolean join(int id) throws Exception {
        return join(id, serverEnd(), NOTHING, NOTHING);
    }

    boolean join(int id, StreamSocket client, ByteBuffer early, ByteBuffer unsent) throws Exception {
        return run(() -> set.join(id, client, early, unsent, clientsOver::incrementAndGet));
    }

    /** Lets time pass, and what is due happen. */
    void pass(long seconds) throws Exception {
        aheadNanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        run(() -> {
            set.sweep(on.now());
            on.sweep();
            return null;
        });
    }

    <T> T run(Callable<T> what) throws Exception {
        return loop.submit(what).get(10, TimeUnit.SECONDS);
    }

    static <T> T await(BlockingQueue<T> queue) throws InterruptedException {
        T event = queue.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event within 10 s");
        }
        return event;
    }

    /** What the kernel holds unread of a connection of this machine (proc(5), /proc/net/tcp and tcp6). */
    static long unread(int localPort, int remotePort) throws IOException {
        for (String table : new String[] {"tcp", "tcp6"}) {
            for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                String[] fields = line.trim().split("\\s+");
                if (fields[1].endsWith(":%04X".formatted(localPort))
                        && fields[2].endsWith(":%04X".formatted(remotePort))) {
                    return Long.parseLong(fields[4].split(":")[1], 16);
                }
            }
        }
        return -1;
    }

    static byte[] random(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static CompletableFuture<Void> sending(Socket socket, byte[] bytes) {
        return CompletableFuture.runAsync(() -> {
            try {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    static CompletableFuture<byte[]> receiving(Socket socket) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Waits for the end of file or a reset; false if a byte came instead. */
    static boolean isCut(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException silent) {
            throw silent;
        } catch (IOException reset) {
            return true;
        }
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static Socket dial(InetSocketAddress to, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        socket.connect(to, 5_000);
        return socket;
    }

    @Override
    public int accepted(InetSocketAddress peer) {
        if (refuses) {
            return 0;
        }
        int id = ids.incrementAndGet();
        accepted.add(id);
        return id;
    }

    @Override
    public void outOfDescriptors() {
        bugs.add(new AssertionError("out of descriptors"));
    }

    @Override
    public void connected(int id) {
        connected.add(id);
    }

    @Override
    public void connectFailed(int id) {
        failed.add(id);
    }

    @Override
    public void closed(int id) {
        closed.add(id);
    }

    @Override
    public void carried(long bytesToPeer, long bytesToClient) {
        toPeer.addAndGet(bytesToPeer);
        toClient.addAndGet(bytesToClient);
    }

    @Override
    public void bug(String where, Throwable fault) {
        bugs.add(fault);
    }

    @Override
    public void close() {
        front.close();
        listener.close();
        loop.submit(() -> {
                    set.end();
                    on.close();
                })
                .awaitUninterruptibly(10, TimeUnit.SECONDS);
        loops.close();
        if (!bugs.isEmpty()) {
            throw new AssertionError("a bug was reported", bugs.peek());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import org.ice4j.socket.IceSocketWrapper;

/**
 * A port of ours in the eyes of ice4j: what it sends goes to the event loop that has the port, what arrives is given
 * to it by {@link IceAgent}. The thread that it starts to read each socket would do nothing for the length of a call,
 * so that it is made to end itself: the reader meets the end of the channel, closes the socket (that is, calls {@link
 * #close}) and gets an exception that takes it out of its loop before it forgets the socket. Safe from any thread.
 */
final class IceWrapper extends IceSocketWrapper {
    /** Ends the reader; nobody sees it. */
    private static final class NothingToRead extends RuntimeException {
        NothingToRead() {
            super("what arrives is given to ice4j", null, false, false);
        }
    }

    /** A socket without a descriptor: ice4j only asks whether there is one, to know UDP from TCP. */
    private static final DatagramSocket UDP = new DatagramSocket(new NoSocket()) {};

    private final IceSocket socket;
    private final InetSocketAddress local;
    private volatile Thread reader;

    IceWrapper(IceSocket socket) {
        this.socket = socket;
        local = IceAgent.inet(socket.bound());
    }

    @Override
    public void send(DatagramPacket packet) {
        int from = packet.getOffset();
        byte[] bytes = Arrays.copyOfRange(packet.getData(), from, from + packet.getLength());
        socket.sendFromAnyThread(bytes, TransportAddress.of(packet.getAddress().getAddress(), packet.getPort()));
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        reader = Thread.currentThread();
        reader.setUncaughtExceptionHandler((thread, end) -> {});
        throw new ClosedChannelException();
    }

    /** The port is its component's: only the reader ends here. */
    @Override
    public void close() {
        if (Thread.currentThread() == reader) {
            throw new NothingToRead();
        }
    }

    @Override
    public InetAddress getLocalAddress() {
        return local.getAddress();
    }

    @Override
    public int getLocalPort() {
        return local.getPort();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return local;
    }

    @Override
    public Socket getTCPSocket() {
        return null;
    }

    @Override
    public DatagramSocket getUDPSocket() {
        return UDP;
    }

    /** Never asked for anything. */
    @SuppressWarnings("removal") // two methods that must be there still
    private static final class NoSocket extends DatagramSocketImpl {
        @Override
        protected void create() {}

        @Override
        protected void bind(int port, InetAddress address) {}

        @Override
        protected void send(DatagramPacket packet) {}

        @Override
        protected int peek(InetAddress address) {
            return 0;
        }

        @Override
        protected int peekData(DatagramPacket packet) {
            return 0;
        }

        @Override
        protected void receive(DatagramPacket packet) throws IOException {
            throw new ClosedChannelException();
        }

        @Override
        protected void setTTL(byte ttl) {}

        @Override
        protected byte getTTL() {
            return 0;
        }

        @Override
        protected void setTimeToLive(int ttl) {}

        @Override
        protected int getTimeToLive() {
            return 0;
        }

        @Override
        protected void join(InetAddress group) {}

        @Override
        protected void leave(InetAddress group) {}

        @Override
        protected void joinGroup(SocketAddress group, NetworkInterface on) {}

        @Override
        protected void leaveGroup(SocketAddress group, NetworkInterface on) {}

        @Override
        protected void close() {}

        @Override
        public void setOption(int option, Object value) {}

        @Override
        public Object getOption(int option) {
            return 0;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.stun.attribute.TransportAddress;
import io.netty.channel.IoEventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** An engine on a loop of its own. Safe from any thread. */
final class EngineOnLoop implements AutoCloseable {
    /** Every way there is to move datagrams. */
    enum Kind {
        NATIVE(Transport.EPOLL, new EngineSettings(false, 0, true)),
        NATIVE_WITHOUT_SEGMENTS(Transport.EPOLL, new EngineSettings(false, 0, false)),
        NATIVE_COALESCING(Transport.EPOLL, new EngineSettings(false, 200_000, true)),
        PORTABLE_EPOLL(Transport.EPOLL, new EngineSettings(true, 0, true)),
        PORTABLE_NIO(Transport.NIO, new EngineSettings(true, 0, true));

        final Transport transport;
        final EngineSettings settings;

        Kind(Transport transport, EngineSettings settings) {
            this.transport = transport;
            this.settings = settings;
        }

        boolean isNative() {
            return !settings.portable();
        }
    }

    final EventLoops loops;
    final IoEventLoop loop;
    final DatagramEngine engine;

    EngineOnLoop(Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.transport == Transport.NIO || EventLoops.epollAvailable());
        loops = EventLoops.open(kind.transport, 1);
        loop = loops.all().getFirst();
        engine = call(() -> DatagramEngine.on(loop, kind.transport, kind.settings));
    }

    /** Does something on the loop. */
    <T> T call(Callable<T> work) throws Exception {
        return loop.submit(work).get(10, TimeUnit.SECONDS);
    }

    void run(Runnable work) throws Exception {
        call(() -> {
            work.run();
            return null;
        });
    }

    /** A started port on the loopback address. */
    DatagramSocketPort open(String host, Receiver receiver) throws Exception {
        return open(host, new Options(false, false, true, 4 << 20, 4 << 20), receiver);
    }

    DatagramSocketPort open(String host, Options options, Receiver receiver) throws Exception {
        return call(() -> {
            DatagramSocketPort port = engine.open(address(host, 0), options, receiver);
            port.start();
            return port;
        });
    }

    Destination destination(TransportAddress to) throws Exception {
        return call(() -> engine.destination(to));
    }

    static TransportAddress address(String host, int port) {
        try {
            return TransportAddress.of(InetAddress.getByName(host).getAddress(), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static TransportAddress address(InetSocketAddress from) {
        return TransportAddress.of(from.getAddress().getAddress(), from.getPort());
    }

    static InetSocketAddress inet(TransportAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address.address()), address.port());
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        loop.submit(engine::close).syncUninterruptibly();
        loops.close();
    }
}

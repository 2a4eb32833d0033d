// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventLoopsTest {
    /** Keeps whoever comes. */
    private static final class Guests implements Acceptor.Listener {
        final BlockingQueue<InetSocketAddress> addresses = new LinkedBlockingQueue<>();

        @Override
        public void accepted(StreamSocket socket) {
            addresses.add(socket.remoteAddress());
            socket.close();
        }

        @Override
        public void outOfDescriptors() {
            throw new AssertionError("out of descriptors");
        }
    }

    private final Guests guests = new Guests();

    @ParameterizedTest
    @EnumSource
    void tellsOfAnAddressThatIsTaken(Transport transport) throws Exception {
        try (EventLoops first = EventLoops.open(transport, 2);
                EventLoops second = EventLoops.open(transport, 2)) {
            InetSocketAddress taken = listen(first, "127.0.0.1");

            assertThatIOException()
                    .isThrownBy(() -> second.listen(taken, loop -> guests))
                    .withMessageContaining("127.0.0.1:" + taken.getPort());
        }
    }

    @ParameterizedTest
    @EnumSource
    void servesBothFamiliesOnTheIpv6Wildcard(Transport transport) throws Exception {
        try (EventLoops loops = EventLoops.open(transport, 2)) {
            int port = listen(loops, "::").getPort();

            assertThat(greetedFrom("127.0.0.1", port)).isEqualTo(InetAddress.getByName("127.0.0.1"));
            assertThat(greetedFrom("::1", port)).isEqualTo(InetAddress.getByName("::1"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesTheIpv6AddressItListensOn(Transport transport) throws Exception {
        try (EventLoops loops = EventLoops.open(transport, 2)) {
            InetSocketAddress bound = listen(loops, "::1");

            assertThat(bound.getAddress()).isEqualTo(InetAddress.getByName("::1"));
            assertThat(bound.getPort()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesOnceItsAcceptorsAreClosed(Transport transport) throws Exception {
        try (EventLoops loops = EventLoops.open(transport, 2)) {
            List<Acceptor> acceptors = loops.listen(new InetSocketAddress("127.0.0.1", 0), loop -> guests);
            InetSocketAddress address = acceptors.getFirst().localAddress();
            assertThat(greetedFrom("127.0.0.1", address.getPort())).isNotNull();

            acceptors.forEach(Acceptor::close);

            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (isTaken("127.0.0.1", address.getPort())) { // a selector lets go of a port in its next turn
                assertThat(System.nanoTime()).isLessThan(end);
            }
        }
    }

    private boolean isTaken(String host, int port) {
        try (Socket client = connect(host, port)) {
            return client.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    /** All acceptors are bound to the same address. */
    private InetSocketAddress listen(EventLoops loops, String host) throws IOException {
        List<InetSocketAddress> bound = loops.listen(new InetSocketAddress(host, 0), loop -> guests).stream()
                .map(Acceptor::localAddress)
                .distinct()
                .toList();
        assertThat(bound).hasSize(1);
        return bound.getFirst();
    }

    private InetAddress greetedFrom(String host, int port) throws Exception {
        try (Socket client = connect(host, port)) {
            InetSocketAddress seen = guests.addresses.poll(10, TimeUnit.SECONDS);
            assertThat(seen).isNotNull();
            assertThat(seen.getPort()).isEqualTo(client.getLocalPort());
            return seen.getAddress();
        }
    }

    private static Socket connect(String host, int port) throws IOException {
        Socket client = new Socket();
        client.connect(new InetSocketAddress(host, port), 5_000);
        return client;
    }
}

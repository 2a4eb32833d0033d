// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static im.thingle.relay.turn.PeerBench.LOOPBACK;
import static im.thingle.relay.turn.PeerBench.NOTHING;
import static im.thingle.relay.turn.PeerBench.await;
import static im.thingle.relay.turn.PeerBench.isCut;
import static im.thingle.relay.turn.PeerBench.random;
import static im.thingle.relay.turn.PeerBench.receiving;
import static im.thingle.relay.turn.PeerBench.reset;
import static im.thingle.relay.turn.PeerBench.sending;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.net.Transport;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection with a peer before the client binds one of its own (RFC 6062 §5.2, §5.3). */
class PeerConnectionTest {
    @ParameterizedTest
    @EnumSource
    void connectsFromTheRelayedAddressWhileItListensThere(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport);
                ServerSocket one = new ServerSocket(0, 5, LOOPBACK);
                ServerSocket two = new ServerSocket(0, 5, LOOPBACK)) {
            connect(bench, 1, one);
            connect(bench, 2, two);

            assertThat(List.of(await(bench.connected), await(bench.connected))).containsExactlyInAnyOrder(1, 2);
            try (Socket first = one.accept();
                    Socket second = two.accept();
                    Socket third = bench.peer()) {
                assertThat(first.getRemoteSocketAddress()).isEqualTo(bench.relayed());
                assertThat(second.getRemoteSocketAddress()).isEqualTo(bench.relayed());
                assertThat(third.isConnected()).isTrue();
                await(bench.accepted);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesBytesOfAConnectionThatItOpened(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport);
                ServerSocket server = new ServerSocket(0, 5, LOOPBACK)) {
            connect(bench, 7, server);
            await(bench.connected);
            try (Socket peer = server.accept();
                    Socket client = bench.client()) {
                assertThat(bench.join(7)).isTrue();
                client.getOutputStream().write(new byte[] {1, 2, 3});
                client.shutdownOutput();
                assertThat(peer.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
            }
            assertThat(await(bench.closed)).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsThatAPeerRefuses(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport)) {
            ServerSocket server = new ServerSocket(0, 5, LOOPBACK);
            server.close();

            connect(bench, 9, server);

            assertThat(await(bench.failed)).isEqualTo(9);
            assertThat(bench.run(bench.set::size)).isZero();
        }
    }

    /** RFC 6062 §5.2: 447 after 30 s. */
    @ParameterizedTest
    @EnumSource
    void givesAPeerThatDoesNotAnswerThirtySeconds(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport);
                ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            List<Socket> queue = fill(server);

            connect(bench, 3, server);
            bench.pass(29);
            assertThat(bench.failed).isEmpty();
            assertThat(bench.run(bench.set::size)).isEqualTo(1);
            bench.pass(2);

            assertThat(await(bench.failed)).isEqualTo(3);
            assertThat(bench.connected).isEmpty();
            assertThat(bench.run(bench.set::size)).isZero();
            for (Socket waiting : queue) {
                waiting.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsNotAByteBeforeTheBind(Transport transport) throws Exception {
        byte[] sent = random(1_000, 1);
        try (PeerBench bench = new PeerBench(transport);
                Socket peer = bench.peer()) {
            int id = await(bench.accepted);
            peer.getOutputStream().write(sent);
            peer.shutdownOutput();

            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (unread(bench, peer) <= sent.length && System.nanoTime() < deadline) {
                Thread.onSpinWait(); // until the end of file is there too, which counts as one byte
            }
            bench.pass(20);
            bench.run(() -> null);
            assertThat(unread(bench, peer)).isEqualTo(sent.length + 1);
            assertThat(bench.closed).isEmpty();

            try (Socket client = bench.client()) {
                bench.join(id);
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversTenMegabytesThatCameBeforeTheBind(Transport transport) throws Exception {
        byte[] sent = random(10_000_000, 2);
        try (PeerBench bench = new PeerBench(transport);
                Socket peer = bench.peer()) {
            int id = await(bench.accepted);
            var sending = sending(peer, sent); // which stops when the kernel's buffers are full

            try (Socket client = bench.client()) {
                bench.join(id);
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
                sending.join();
            }
            await(bench.closed);
            assertThat(bench.toClient.get()).isEqualTo(sent.length);
            assertThat(bench.toPeer.get()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void turnsAwayWhomTheOwnerDoesNotWant(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport)) {
            bench.refuse();
            assertThat(bench.turnsAway()).isTrue();
            assertThat(bench.run(bench.set::size)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesAConnectionThatNobodyBinds(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport);
                Socket peer = bench.peer();
                Socket client = bench.client()) {
            int id = await(bench.accepted);

            bench.run(() -> {
                bench.set.close(id);
                return null;
            });

            assertThat(isCut(peer)).isTrue();
            assertThat(bench.join(id)).isFalse();
            assertThat(bench.closed).isEmpty();
            assertThat(client.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "EPOLL") // the JDK's selector cannot look without reading
    void tellsThatAWaitingPeerHasGone(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport)) {
            Socket peer = bench.peer();
            int id = await(bench.accepted);

            reset(peer);

            assertThat(await(bench.closed)).isEqualTo(id);
            assertThat(bench.run(bench.set::size)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerMayHaveSaidAllBeforeTheBind(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport);
                Socket peer = bench.peer()) {
            int id = await(bench.accepted);
            peer.shutdownOutput();
            bench.pass(1);

            try (Socket client = bench.client()) {
                assertThat(bench.join(id)).isTrue();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                client.getOutputStream().write(new byte[] {4, 5});
                client.shutdownOutput();
                assertThat(peer.getInputStream().readAllBytes()).containsExactly(4, 5);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWithItsAllocation(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport);
                Socket waiting = bench.peer()) {
            await(bench.accepted);
            Socket joined = bench.peer();
            int id = await(bench.accepted);
            Socket client = bench.client();
            bench.join(id);

            bench.run(() -> {
                bench.set.end();
                return null;
            });

            assertThat(isCut(waiting)).isTrue();
            assertThat(bench.turnsAway()).as("whoever comes now").isTrue();
            bench.pass(3); // the joined one had nothing more to say
            assertThat(isCut(joined)).isTrue();
            assertThat(isCut(client)).isTrue();
            assertThat(bench.closed).as("nobody is there to be told").isEmpty();
            assertThat(bench.clientsOver).hasValue(1);
        }
    }

    /** A client that has sent a file and exits closes its data connection and its control connection at once. */
    @ParameterizedTest
    @EnumSource
    void letsOutWhatIsUnderWayWhenTheAllocationEnds(Transport transport) throws Exception {
        byte[] sent = random(3_000_000, 3);
        try (PeerBench bench = new PeerBench(transport);
                Socket peer = bench.peer(4096)) {
            int id = await(bench.accepted);
            Socket client = bench.client();
            bench.join(id);
            var sending = sending(client, sent);
            byte[] first = peer.getInputStream().readNBytes(10);
            sending.join();
            client.close();

            bench.run(() -> {
                bench.set.end();
                return null;
            });

            assertThat(first).isEqualTo(java.util.Arrays.copyOf(sent, 10));
            assertThat(peer.getInputStream().readAllBytes()).hasSize(sent.length - 10);
            assertThat(bench.toPeer.get()).isBetween(1L, (long) sent.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyConnectionsComeAndGoAndNothingIsLeft(Transport transport) throws Exception {
        try (PeerBench bench = new PeerBench(transport)) {
            for (int i = 0; i < 300; i++) {
                try (Socket peer = bench.peer();
                        Socket client = bench.client()) {
                    int id = await(bench.accepted);
                    bench.join(id, bench.serverEnd(), NOTHING, NOTHING);
                    peer.getOutputStream().write(i);
                    peer.shutdownOutput();
                    client.shutdownOutput();
                    assertThat(receiving(client).join()).containsExactly(i);
                    assertThat(await(bench.closed)).isEqualTo(id);
                }
            }
            assertThat(bench.run(bench.set::size)).isZero();
            assertThat(bench.clientsOver).hasValue(300);
            assertThat(bench.toClient.get()).isEqualTo(300);
        }
    }

    private static long unread(PeerBench bench, Socket peer) throws Exception {
        return PeerBench.unread(bench.relayed().getPort(), peer.getLocalPort());
    }

    private static void connect(PeerBench bench, int id, ServerSocket to) throws Exception {
        InetSocketAddress peer = new InetSocketAddress(LOOPBACK, to.getLocalPort());
        bench.run(() -> {
            bench.set.connect(id, bench.relayed(), peer);
            return null;
        });
    }

    /** Fills the queue of those who wait to be accepted, so that the next one gets no answer. */
    private static List<Socket> fill(ServerSocket server) throws Exception {
        List<Socket> queue = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(new InetSocketAddress(LOOPBACK, server.getLocalPort()), 200);
            } catch (java.net.SocketTimeoutException full) {
                return queue;
            }
        }
        throw new AssertionError("the queue is never full");
    }
}

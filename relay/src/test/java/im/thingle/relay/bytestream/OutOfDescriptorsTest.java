// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import im.thingle.relay.net.Transport;
import im.thingle.relay.socks5.StreamKey;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the process does when it may open no more descriptors: it serves those it has, and says no to the others. */
@EnabledOnOs(OS.LINUX)
class OutOfDescriptorsTest {
    private static final int DESCRIPTORS = 200; // each jar of the class path takes one
    private static final int REFUSALS = 5;

    private final StreamKey key = Proxy.anyKey();
    private final List<Client> parked = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void servesThoseItHasAndRefusesOthersUntilDescriptorsAreFreeAgain(Transport transport) throws Exception {
        try (CrampedProxy proxy = new CrampedProxy(transport, DESCRIPTORS)) {
            talkOnce(proxy);
            try (Client one = Client.parked(proxy.address(), key);
                    Client two = Client.parked(proxy.address(), key)) {
                assertThat(proxy.activate(key)).isEqualTo("null");
                fill(proxy);

                assertThat(proxy.refusedForDescriptors()).isEqualTo(REFUSALS);
                assertCarries(one, two);
                assertCarries(two, one);
                assertThat(proxy.refusedForDescriptors()).as("no busy loop").isEqualTo(REFUSALS);

                leave(proxy, 10);
                talkOnce(proxy);
                assertThat(proxy.refusedForDescriptors()).isEqualTo(REFUSALS);
            }
        } finally {
            for (Client client : parked) {
                client.close();
            }
        }
    }

    @Test
    void refusesWhoeverComesWhileEvenItsSpareDescriptorIsTaken() throws Exception {
        try (CrampedProxy proxy = new CrampedProxy(Transport.EPOLL, DESCRIPTORS)) {
            talkOnce(proxy);
            int refused = 0;
            for (int round = 0; round < 2; round++) {
                proxy.allow(4);
                for (int i = 0; i < REFUSALS; i++) {
                    refused += reset(proxy) ? 1 : 0;
                }
                assertThat(proxy.refusedForDescriptors()).isEqualTo(refused);
                proxy.allow(DESCRIPTORS);
                talkOnce(proxy);
            }
            assertThat(refused).isPositive();
        }
    }

    /** The JDK cannot reset a queue of which it accepts nobody. */
    @Test
    void servesThoseWhoWaitedWhileEvenItsSpareDescriptorWasTaken() throws Exception {
        try (CrampedProxy proxy = new CrampedProxy(Transport.NIO, DESCRIPTORS)) {
            talkOnce(proxy);
            proxy.allow(4);
            try (Client one = Client.connect(proxy.address())) {
                while (proxy.refusedForDescriptors() == 0) {
                    Thread.onSpinWait(); // it is on its way
                }
                proxy.allow(DESCRIPTORS);

                one.park(key);
                talkOnce(proxy);

                assertThat(proxy.refusedForDescriptors()).as("told once").isEqualTo(1);
            }
        }
    }

    /** False if the kernel refused the connection, since the listener was just resetting the one before. */
    private boolean reset(CrampedProxy proxy) {
        SocketException refusal = catchThrowableOfType(SocketException.class, () -> Client.parked(proxy.address(), key));
        assertThat(refusal).isNotNull();
        return !(refusal instanceof ConnectException);
    }

    private static void talkOnce(CrampedProxy proxy) throws Exception {
        StreamKey any = Proxy.anyKey();
        try (Client one = Client.parked(proxy.address(), any);
                Client two = Client.parked(proxy.address(), any)) {
            assertThat(proxy.activate(any)).isEqualTo("null");
            ParksTest.assertTalk(one, two);
        }
    }

    private void fill(CrampedProxy proxy) throws IOException {
        for (int refused = 0; refused < REFUSALS; ) {
            assertThat(parked).hasSizeLessThan(DESCRIPTORS);
            try {
                parked.add(Client.parked(proxy.address(), Proxy.anyKey()));
            } catch (SocketException refusal) {
                refused += refusal instanceof ConnectException ? 0 : 1; // which is the kernel's, and not counted
            }
        }
        assertThat(parked).hasSizeGreaterThan(10);
    }

    private void leave(CrampedProxy proxy, int count) throws IOException {
        int stay = parked.size() - count;
        while (parked.size() > stay) {
            parked.removeLast().reset();
        }
        while (proxy.parked() > stay) {
            Thread.onSpinWait(); // the resets are on their way
        }
    }

    private static void assertCarries(Client from, Client to) throws IOException {
        byte[] bytes = CarriesBytesTest.random(2_000_000, 1);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                from.send(bytes);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(to.receive(bytes.length)).isEqualTo(bytes);
        sending.join();
    }
}

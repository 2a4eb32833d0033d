// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two clients with ICE agents of their own meet in the relay, with each engine. */
@Timeout(60)
class BrokersCallsTest {
    static Stream<IceServer.Choice> engines() {
        return IceServer.engines();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void carriesMediaBothWays(IceServer.Choice choice) throws Exception {
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "127.0.0.1")) {
            IceServer.Call call = server.connect(1, romeo, juliet);

            int bytes = 0;
            for (int length : new int[] {1, 12, 172, 1200, 1472}) {
                byte[] packet = new byte[length];
                ThreadLocalRandom.current().nextBytes(packet);
                packet[0] = (byte) 0x80;
                romeo.send(1, packet);
                assertThat(juliet.receive(1)).isEqualTo(packet);
                juliet.send(1, packet);
                assertThat(romeo.receive(1)).isEqualTo(packet);
                bytes += length;
            }

            CallReport so = server.list().getFirst();
            assertThat(so.bytesFromInitiator()).isEqualTo(so.bytesFromResponder()).isEqualTo(bytes);
            assertThat(so.packetsFromInitiator()).isEqualTo(so.packetsFromResponder()).isEqualTo(5);
            assertThat(so.initiatorAddress()).isEqualTo(romeo.own(1));
            assertThat(so.responderAddress()).isEqualTo(juliet.own(1));
            assertThat(call.initiator.candidates()).hasSize(1);
            assertThat(romeo.relay(1)).isEqualTo(call.initiator.candidates().getFirst().address());
            call.control.end();
            assertThat(call.ended.get().reason()).isEqualTo(CallEnd.ENDED);
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void carriesRtcpOnAPortOfItsOwn(IceServer.Choice choice) throws Exception {
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 2, "127.0.0.1");
                IceClient juliet = new IceClient(false, 2, "127.0.0.1")) {
            server.connect(2, romeo, juliet);

            romeo.send(1, "rtp");
            juliet.send(2, "rtcp");

            assertThat(juliet.text(1)).isEqualTo("rtp");
            assertThat(romeo.text(2)).isEqualTo("rtcp");
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void hasIpv4OnOneLegAndIpv6OnTheOther(IceServer.Choice choice) throws Exception {
        choice.relays = List.of(ChannelServer.relay("127.0.0.1", "127.0.0.1"), ChannelServer.relay("::1", "::1"));
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "::1")) {
            server.connect(1, romeo, juliet);

            romeo.send(1, "from the old world");
            assertThat(juliet.text(1)).isEqualTo("from the old world");
            juliet.send(1, "from the new");
            assertThat(romeo.text(1)).isEqualTo("from the new");
        }
    }
}

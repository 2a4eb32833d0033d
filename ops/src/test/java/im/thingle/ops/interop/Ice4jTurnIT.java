// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.TurnThingle;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.ice.Agent;
import org.ice4j.ice.Component;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.RelayedCandidate;
import org.ice4j.ice.harvest.TurnCandidateHarvester;
import org.ice4j.security.LongTermCredential;
import org.ice4j.socket.IceSocketWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ice4j's TURN harvester, which knows nothing newer than RFC 5389. Over UDP: its agent gathers nothing over TCP. */
@Timeout(60)
class Ice4jTurnIT {
    @Test
    void itsRelayedCandidateReachesAPeer() throws Exception {
        Agent agent = new Agent();
        try (TurnThingle thingle = TurnThingle.start("");
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            agent.addCandidateHarvester(new TurnCandidateHarvester(
                    new TransportAddress("127.0.0.1", thingle.plainPort(), Transport.UDP),
                    new LongTermCredential(TurnThingle.user(0), TurnThingle.PASSWORD)));
            Component component = agent.createComponent(
                    agent.createMediaStream("audio"), 20000, 20000, 30000, KeepAliveStrategy.SELECTED_ONLY, false);

            RelayedCandidate relayed = component.getLocalCandidates().stream()
                    .filter(RelayedCandidate.class::isInstance)
                    .map(RelayedCandidate.class::cast)
                    .findFirst()
                    .orElseThrow();
            IceSocketWrapper socket = relayed.getCandidateIceSocketWrapper();
            for (String word : new String[] {"from behind", "the relay"}) {
                socket.send(packet(word, peer));

                DatagramPacket arrived = echo(peer);
                assertThat(arrived.getSocketAddress()).isEqualTo(relayed.getTransportAddress());
                assertThat(receive(socket)).isEqualTo(word);
            }
        } finally {
            agent.free();
        }
    }

    private static DatagramPacket packet(String word, DatagramSocket to) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        return new DatagramPacket(bytes, bytes.length, to.getLocalSocketAddress());
    }

    private static DatagramPacket echo(DatagramSocket peer) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        peer.receive(packet);
        peer.send(packet);
        return packet;
    }

    private static String receive(IceSocketWrapper socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }
}

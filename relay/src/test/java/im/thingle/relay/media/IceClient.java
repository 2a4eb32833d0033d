// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.ice4j.Transport;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.CandidateType;
import org.ice4j.ice.Component;
import org.ice4j.ice.HostCandidate;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.RemoteCandidate;
import org.ice4j.ice.harvest.AbstractCandidateHarvester;
import org.ice4j.socket.IceUdpSocketWrapper;
import org.ice4j.socket.MultiplexingDatagramSocket;

/** A client's ICE agent: ice4j's as it comes, with sockets of its own on the loopback. */
final class IceClient implements AutoCloseable {
    static final int PATIENCE_MILLIS = 10_000;

    private final List<String> hosts;
    private final int components;
    private final List<MultiplexingDatagramSocket> sockets = new ArrayList<>();
    private Agent agent;
    private IceMediaStream stream;

    IceClient(boolean controlling, int components, String... hosts) throws IOException {
        IceLibrary.settle();
        this.hosts = List.of(hosts);
        this.components = components;
        gather(controlling);
    }

    private void gather(boolean controlling) throws IOException {
        agent = new Agent();
        agent.setUseDynamicPorts(false);
        agent.setControlling(controlling);
        agent.setTrickling(true);
        agent.setPerformConsentFreshness(true);
        agent.addCandidateHarvester(new Sockets());
        stream = agent.createMediaStream("client");
        for (int i = 0; i < components; i++) {
            agent.createComponent(stream, KeepAliveStrategy.SELECTED_ONLY, false);
        }
    }

    private final class Sockets extends AbstractCandidateHarvester {
        @Override
        public boolean isHostHarvester() {
            return true;
        }

        @Override
        public Collection<LocalCandidate> harvest(Component component) {
            for (String host : hosts) {
                try {
                    MultiplexingDatagramSocket socket = new MultiplexingDatagramSocket(0, InetAddress.ofLiteral(host));
                    socket.setSoTimeout(PATIENCE_MILLIS);
                    sockets.add(socket);
                    HostCandidate candidate =
                            new HostCandidate(new IceUdpSocketWrapper(socket), component, Transport.UDP);
                    component.addLocalCandidate(candidate);
                    candidate.getStunStack().addSocket(candidate.getStunSocket(null));
                } catch (IOException cannot) {
                    throw new IllegalStateException(cannot);
                }
            }
            return List.of();
        }
    }

    /** What it tells of itself, with its candidates. */
    IceDescription description() {
        List<IceCandidate> candidates = new ArrayList<>();
        for (Component component : stream.getComponents()) {
            for (LocalCandidate each : component.getLocalCandidates()) {
                candidates.add(new IceCandidate(component.getComponentID(), each.getFoundation(), each.getPriority(),
                        ours(each.getTransportAddress()), IceCandidate.Type.HOST));
            }
        }
        return new IceDescription(agent.getLocalUfrag(), agent.getLocalPassword(), candidates);
    }

    /** The same without any candidate. */
    IceDescription bareDescription() {
        return new IceDescription(agent.getLocalUfrag(), agent.getLocalPassword(), List.of());
    }

    /** Begins to check what it was told. */
    void start(IceDescription theirs) {
        stream.setRemoteUfrag(theirs.fragment());
        stream.setRemotePassword(theirs.password());
        for (IceCandidate each : theirs.candidates()) {
            Component component = stream.getComponent(each.component());
            if (component != null) {
                component.addRemoteCandidate(new RemoteCandidate(
                        new org.ice4j.TransportAddress(IceAgent.inet(each.address()), Transport.UDP),
                        component, CandidateType.HOST_CANDIDATE, each.foundation(), each.priority(), null));
            }
        }
        agent.startConnectivityEstablishment();
    }

    /** Waits until it has given up. */
    void awaitFailure() throws Exception {
        CompletableFuture<Object> failure = new CompletableFuture<>();
        agent.addStateChangeListener(change -> {
            if (change.getNewValue() == IceProcessingState.FAILED) {
                failure.complete(change);
            }
        });
        if (agent.getState() != IceProcessingState.FAILED) {
            failure.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Begins anew: another agent with other sockets. */
    void restart(boolean controlling) throws IOException {
        agent.free();
        gather(controlling);
    }

    /** The address that the relay is reached at. */
    TransportAddress relay(int component) {
        return ours(selected(component).getRemoteCandidate().getTransportAddress());
    }

    TransportAddress own(int component) {
        return ours(base(component).getTransportAddress());
    }

    void send(int component, byte[] packet) throws IOException {
        socket(component).send(new DatagramPacket(
                packet, packet.length, selected(component).getRemoteCandidate().getTransportAddress()));
    }

    void send(int component, String text) throws IOException {
        send(component, text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] receive(int component) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        socket(component).receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    String text(int component) throws IOException {
        return new String(receive(component), StandardCharsets.UTF_8);
    }

    private MultiplexingDatagramSocket socket(int component) {
        int port = base(component).getTransportAddress().getPort();
        return sockets.stream().filter(each -> each.getLocalPort() == port).findFirst().orElseThrow();
    }

    private LocalCandidate base(int component) {
        LocalCandidate base = selected(component).getLocalCandidate();
        while (base.getBase() != base) {
            base = base.getBase();
        }
        return base;
    }

    private CandidatePair selected(int component) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (stream.getComponent(component).getSelectedPair() == null) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("the client did not reach the relay: " + agent.getState());
            }
            Thread.onSpinWait();
        }
        return stream.getComponent(component).getSelectedPair();
    }

    private static TransportAddress ours(org.ice4j.TransportAddress address) {
        return TransportAddress.of(address.getAddress().getAddress(), address.getPort());
    }

    /** Says nothing any more, and not that either. */
    void vanish() {
        agent.free();
        sockets.forEach(MultiplexingDatagramSocket::close);
    }

    @Override
    public void close() {
        vanish();
    }
}

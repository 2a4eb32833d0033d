// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.TransportAddress;
import java.beans.PropertyChangeEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import org.ice4j.StunException;
import org.ice4j.StunMessageEvent;
import org.ice4j.Transport;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.CandidatePairState;
import org.ice4j.ice.CandidateType;
import org.ice4j.ice.Component;
import org.ice4j.ice.HostCandidate;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.NominationStrategy;
import org.ice4j.ice.RemoteCandidate;
import org.ice4j.ice.harvest.AbstractCandidateHarvester;
import org.ice4j.message.Message;
import org.ice4j.stack.RawMessage;

/**
 * A full ICE agent of ice4j (RFC 8445) on ports that are ours: it checks and nominates, but has no socket and gathers
 * nothing. What comes after, {@link IceComponent} does. Confined to its {@link IceWorker}.
 */
final class IceAgent {
    /** What becomes of it. Called on the worker or a thread of ice4j's; must not block. */
    interface Output {
        /** A party has been reached there, and proven who it is. */
        void checked(TransportAddress local, TransportAddress remote);

        /** There it is to be reached from now on. */
        void nominated(TransportAddress local, TransportAddress remote);

        /** It has taken on this role; told before anything else, and again if it gives way in a conflict. */
        void role(IceRole role);

        /** There is no way to begin: else it goes on until it is closed, for candidates that may still come. */
        void failed();
    }

    private static final String STREAM = "call";
    private static final TransportAddress NOBODY = TransportAddress.of(new byte[4], 0);

    private final Agent agent;
    private final IceMediaStream stream;
    private final Output out;
    private boolean started;
    private boolean closed;

    /**
     * @param ports those of each component, in order
     * @throws IOException which ice4j declares; it does no I/O
     */
    IceAgent(boolean controlling, List<List<IceWrapper>> ports, Output out) throws IOException {
        IceLibrary.settle();
        this.out = out;
        agent = new PacedAgent(out::role);
        try {
            stream = gather(controlling, ports);
        } catch (IOException | RuntimeException | Error cannot) {
            agent.free();
            throw cannot;
        }
    }

    private IceMediaStream gather(boolean controlling, List<List<IceWrapper>> ports) throws IOException {
        agent.setUseDynamicPorts(false);
        agent.setControlling(controlling);
        agent.setTrickling(true);
        agent.setNominationStrategy(NominationStrategy.NOMINATE_FIRST_VALID);
        agent.addStateChangeListener(this::onState);
        agent.addCandidateHarvester(new Ports(ports));
        IceMediaStream made = agent.createMediaStream(STREAM);
        made.addPairChangeListener(this::onPair);
        for (int i = 0; i < ports.size(); i++) {
            // checks are answered on all pairs, as long as it is told of any
            agent.createComponent(made, KeepAliveStrategy.ALL_SUCCEEDED, false);
        }
        return made;
    }

    String fragment() {
        return agent.getLocalUfrag();
    }

    String password() {
        return agent.getLocalPassword();
    }

    /** Components after these are none any more; before {@link #start}. */
    void reduce(int components) {
        stream.getComponents().stream()
                .filter(component -> component.getComponentID() > components)
                .forEach(stream::removeComponent);
    }

    /** Begins to check. */
    void start(IceDescription theirs) {
        stream.setRemoteUfrag(theirs.fragment());
        stream.setRemotePassword(theirs.password());
        for (Component component : stream.getComponents()) {
            component.addRemoteCandidate(nobody(component));
        }
        theirs.candidates().forEach(candidate -> {
            Component component = stream.getComponent(candidate.component());
            if (component != null) {
                component.addRemoteCandidate(remote(component, candidate));
            }
        });
        started = true;
        agent.startConnectivityEstablishment();
    }

    /** More candidates; after {@link #start}. */
    void add(List<IceCandidate> candidates) {
        for (IceCandidate candidate : candidates) {
            Component component = stream.getComponent(candidate.component());
            if (component != null) {
                component.addUpdateRemoteCandidates(remote(component, candidate));
            }
        }
        stream.getComponents().forEach(Component::updateRemoteCandidates);
    }

    boolean isStarted() {
        return started;
    }

    /** Takes a STUN message that has come in. */
    void receive(byte[] message, TransportAddress local, TransportAddress remote) {
        if (closed) {
            return;
        }
        RawMessage raw = RawMessage.build(message, message.length, ice(remote), ice(local));
        Message parsed = parse(message);
        if (parsed != null) {
            agent.getStunStack().handleMessageEvent(new StunMessageEvent(agent.getStunStack(), raw, parsed));
        }
    }

    /** Null if it is nothing that ice4j knows, well signed or not: some malformed attributes make it throw others. */
    private static Message parse(byte[] message) {
        try {
            return Message.decode(message, 0, message.length);
        } catch (StunException | RuntimeException strange) {
            return null;
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            agent.free();
        }
    }

    static InetSocketAddress inet(TransportAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address.address()), address.port());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void onState(PropertyChangeEvent change) {
        if (change.getNewValue() == IceProcessingState.FAILED) {
            out.failed();
        }
    }

    private void onPair(PropertyChangeEvent change) {
        if (!(change.getSource() instanceof CandidatePair pair)) {
            return;
        }
        boolean succeeded = change.getPropertyName().equals(IceMediaStream.PROPERTY_PAIR_STATE_CHANGED)
                && change.getNewValue() == CandidatePairState.SUCCEEDED;
        boolean nominated = change.getPropertyName().equals(IceMediaStream.PROPERTY_PAIR_NOMINATED);
        if (succeeded || nominated) {
            TransportAddress local = ours(base(pair.getLocalCandidate()).getTransportAddress());
            TransportAddress remote = ours(pair.getRemoteCandidate().getTransportAddress());
            if (succeeded) {
                out.checked(local, remote);
            } else {
                out.nominated(local, remote);
            }
        }
    }

    private static LocalCandidate base(LocalCandidate candidate) {
        LocalCandidate base = candidate;
        while (base.getBase() != null && base.getBase() != base) {
            base = base.getBase();
        }
        return base;
    }

    /** Never contacted, because of its port: without any candidate ice4j would drop the component. */
    static RemoteCandidate nobody(Component component) {
        return new RemoteCandidate(ice(NOBODY), component, CandidateType.HOST_CANDIDATE, "0", 1, null);
    }

    private static RemoteCandidate remote(Component component, IceCandidate candidate) {
        CandidateType type = switch (candidate.type()) {
            case HOST -> CandidateType.HOST_CANDIDATE;
            case PEER_REFLEXIVE -> CandidateType.PEER_REFLEXIVE_CANDIDATE;
            case SERVER_REFLEXIVE -> CandidateType.SERVER_REFLEXIVE_CANDIDATE;
            case RELAYED -> CandidateType.RELAYED_CANDIDATE;
        };
        return new RemoteCandidate(
                ice(candidate.address()), component, type, candidate.foundation(), candidate.priority(), null);
    }

    private static org.ice4j.TransportAddress ice(TransportAddress address) {
        return new org.ice4j.TransportAddress(inet(address), Transport.UDP);
    }

    private static TransportAddress ours(org.ice4j.TransportAddress address) {
        return TransportAddress.of(address.getAddress().getAddress(), address.getPort());
    }

    /** What ice4j calls gathering: the ports there are. */
    private static final class Ports extends AbstractCandidateHarvester {
        private final List<List<IceWrapper>> ports;

        Ports(List<List<IceWrapper>> ports) {
            this.ports = ports;
        }

        @Override
        public boolean isHostHarvester() {
            return true;
        }

        @Override
        public Collection<LocalCandidate> harvest(Component component) {
            for (IceWrapper port : ports.get(component.getComponentID() - 1)) {
                component.addLocalCandidate(new HostCandidate(port, component, Transport.UDP));
                component.getParentStream().getParentAgent().getStunStack().addSocket(port);
            }
            return List.of();
        }
    }
}

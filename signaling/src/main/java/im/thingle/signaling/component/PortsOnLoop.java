// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.ChannelsPort;
import im.thingle.signaling.port.GatewayPorts;
import im.thingle.signaling.port.MediaCall;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaEnd;
import im.thingle.signaling.port.MediaFingerprint;
import im.thingle.signaling.port.MediaListener;
import im.thingle.signaling.port.MediaParty;
import im.thingle.signaling.port.MediaPort;
import im.thingle.signaling.port.MirrorCall;
import im.thingle.signaling.port.MirrorEnd;
import im.thingle.signaling.port.MirrorListener;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.port.Ports;
import im.thingle.signaling.port.RelayPort;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.port.StreamLeg;
import im.thingle.signaling.port.StreamMeter;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.port.StreamsPort;
import im.thingle.signaling.port.UsageView;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Brings what the ports answer home to the link's loop, so that everything above it has one thread. Safe from any
 * thread.
 */
record PortsOnLoop(EventLoop loop, FaultGuard faults) {
    static Ports of(Ports ports, EventLoop loop, FaultGuard faults) {
        PortsOnLoop home = new PortsOnLoop(loop, faults);
        return new Ports(home.new Relay(ports.relay()), ports.access(), ports.calls(), ports.callSettings(),
                ports.channels().map(home::channels), home.new Operations(ports.operations()),
                ports.gateway().map(home::gateway));
    }

    private GatewayPorts gateway(GatewayPorts ports) {
        return new GatewayPorts(ports.contacts(), new Streams(ports.streams()), new Brokered(ports.events()),
                ports.limits(), ports.draining(), ports.media().map(this::media), ports.echo());
    }

    private MediaPort media(MediaPort media) {
        return new MediaPort() {
            @Override
            public void open(StreamParties parties, int components, MediaListener listener,
                    Consumer<Optional<MediaCall>> whenDone) {
                media.open(parties, components, new Media(listener), later(whenDone));
            }

            @Override
            public Optional<MirrorPort> mirror() {
                return media.mirror().map(Mirrors::new);
            }
        };
    }

    private ChannelsPort channels(ChannelsPort channels) {
        return (request, whenDone) -> channels.open(request, home(whenDone));
    }

    private <T> Consumer<T> home(Consumer<T> whenDone) {
        Consumer<T> guarded = faults.guarded(whenDone);
        return outcome -> {
            if (loop.inEventLoop()) {
                guarded.accept(outcome);
            } else {
                execute(() -> guarded.accept(outcome));
            }
        };
    }

    private void execute(Runnable task) {
        execute(faults::run, task);
    }

    private void execute(Consumer<Runnable> guard, Runnable task) {
        try {
            loop.execute(() -> guard.accept(task));
        } catch (RejectedExecutionException e) {
            // The process is going down and the link with it: there is nobody left to answer.
        }
    }

    /** Safe from any thread. */
    private final class Relay implements RelayPort {
        private final RelayPort relay;

        Relay(RelayPort relay) {
            this.relay = relay;
        }

        @Override
        public List<Streamhost> streamhosts() {
            return relay.streamhosts();
        }

        @Override
        public void activate(ActivationRequest request, Consumer<ActivationOutcome> whenDone) {
            relay.activate(request, home(whenDone));
        }
    }

    /** Safe from any thread. */
    private final class Operations implements OperationsPort {
        private final OperationsPort operations;

        Operations(OperationsPort operations) {
            this.operations = operations;
        }

        @Override
        public boolean isOperator(String account) {
            return operations.isOperator(account);
        }

        @Override
        public void sessions(Consumer<List<SessionView>> whenKnown) {
            operations.sessions(home(whenKnown));
        }

        @Override
        public void sessionsOf(String account, Consumer<List<SessionView>> whenKnown) {
            operations.sessionsOf(account, home(whenKnown));
        }

        @Override
        public void end(String id, String by, Consumer<Boolean> whenDone) {
            operations.end(id, by, home(whenDone));
        }

        @Override
        public void endAllOf(String account, String by, Consumer<Integer> whenDone) {
            operations.endAllOf(account, by, home(whenDone));
        }

        @Override
        public UsageView usage(String account) {
            return operations.usage(account);
        }

        @Override
        public Optional<CallCredential> issue(String account) {
            return operations.issue(account);
        }

        @Override
        public List<CallService> services() {
            return operations.services();
        }

        @Override
        public void drain(String by) {
            operations.drain(by);
        }
    }

    /** Safe from any thread. */
    private final class Streams implements StreamsPort {
        private final StreamsPort streams;

        Streams(StreamsPort streams) {
            this.streams = streams;
        }

        @Override
        public List<Streamhost> streamhosts() {
            return streams.streamhosts();
        }

        @Override
        public void expect(StreamLeg leg) {
            streams.expect(leg);
        }

        @Override
        public void release(StreamLeg leg) {
            streams.release(leg);
        }

        @Override
        public void join(StreamLeg first, StreamLeg second, StreamParties parties, Consumer<ActivationOutcome> whenDone,
                Consumer<StreamEnd> whenEnded) {
            streams.join(first, second, parties, later(whenDone), later(whenEnded));
        }

        @Override
        public void bridge(StreamLeg leg, StreamParties parties, ByteStreamListener listener,
                Consumer<Optional<ByteStream>> whenDone) {
            streams.bridge(leg, parties, new Listener(listener), later(whenDone));
        }

        @Override
        public StreamMeter meter(StreamParties parties) {
            return streams.meter(parties);
        }

        @Override
        public void cut(StreamLeg leg) {
            streams.cut(leg);
        }
    }

    /**
     * Always as a task of its own: what a stream tells must not come in the middle of what asks for it. Safe from any
     * thread.
     */
    private <T> Consumer<T> later(Consumer<T> whenDone) {
        Consumer<T> guarded = faults.guarded(whenDone);
        return outcome -> execute(() -> guarded.accept(outcome));
    }

    /** Safe from any thread. */
    private final class Listener implements ByteStreamListener {
        private final ByteStreamListener listener;
        private final Consumer<Runnable> scope = faults.scoped();

        Listener(ByteStreamListener listener) {
            this.listener = listener;
        }

        @Override
        public void data(byte[] bytes) {
            execute(scope, () -> listener.data(bytes));
        }

        @Override
        public void written() {
            execute(scope, listener::written);
        }

        @Override
        public void ended() {
            execute(scope, listener::ended);
        }

        @Override
        public void broken(String why) {
            execute(scope, () -> listener.broken(why));
        }
    }

    /** Safe from any thread. */
    private final class Media implements MediaListener {
        private final MediaListener listener;
        private final Consumer<Runnable> scope = faults.scoped();

        Media(MediaListener listener) {
            this.listener = listener;
        }

        @Override
        public void connected() {
            execute(scope, listener::connected);
        }

        @Override
        public void restarted(MediaParty party, MediaDescription ours) {
            execute(scope, () -> listener.restarted(party, ours));
        }

        @Override
        public void ended(MediaEnd end) {
            execute(scope, () -> listener.ended(end));
        }
    }

    /** Safe from any thread. */
    private final class Mirrors implements MirrorPort {
        private final MirrorPort mirrors;

        Mirrors(MirrorPort mirrors) {
            this.mirrors = mirrors;
        }

        @Override
        public MediaFingerprint fingerprint() {
            return mirrors.fingerprint();
        }

        @Override
        public boolean understands(MediaFingerprint fingerprint) {
            return mirrors.understands(fingerprint);
        }

        @Override
        public void open(StreamParties parties, List<MediaFingerprint> theirs, MirrorListener listener,
                Consumer<Optional<MirrorCall>> whenDone) {
            mirrors.open(parties, theirs, new Mirrored(listener), later(whenDone));
        }
    }

    /** Safe from any thread. */
    private final class Mirrored implements MirrorListener {
        private final MirrorListener listener;
        private final Consumer<Runnable> scope = faults.scoped();

        Mirrored(MirrorListener listener) {
            this.listener = listener;
        }

        @Override
        public void connected() {
            execute(scope, listener::connected);
        }

        @Override
        public void secured(String profile) {
            execute(scope, () -> listener.secured(profile));
        }

        @Override
        public void restarted(MediaDescription ours) {
            execute(scope, () -> listener.restarted(ours));
        }

        @Override
        public void ended(MirrorEnd end) {
            execute(scope, () -> listener.ended(end));
        }
    }

    /** Safe from any thread. */
    private final class Brokered implements BrokerEvents {
        private final BrokerEvents events;

        Brokered(BrokerEvents events) {
            this.events = events;
        }

        @Override
        public void started(BrokeredSession session, Runnable end) {
            Consumer<Runnable> scope = faults.scoped();
            events.started(session, () -> execute(scope, end));
        }

        @Override
        public void carries(BrokeredSession session, String first, String second) {
            events.carries(session, first, second);
        }

        @Override
        public void ended(BrokeredSession session, String reason, String by, long bytes) {
            events.ended(session, reason, by, bytes);
        }

        @Override
        public void bug(String where, Throwable fault) {
            events.bug(where, fault);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.ChannelsPort;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.port.Ports;
import im.thingle.signaling.port.RelayPort;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.port.UsageView;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Brings what the ports answer home to the link's loop, so that everything above it has one thread. Safe from any thread. */
record PortsOnLoop(EventLoop loop) {
    static Ports of(Ports ports, EventLoop loop) {
        PortsOnLoop home = new PortsOnLoop(loop);
        return new Ports(home.new Relay(ports.relay()), ports.access(), ports.calls(), ports.callSettings(),
                ports.channels().map(home::channels), home.new Operations(ports.operations()));
    }

    private ChannelsPort channels(ChannelsPort channels) {
        return (request, whenDone) -> channels.open(request, home(whenDone));
    }

    private <T> Consumer<T> home(Consumer<T> whenDone) {
        return outcome -> {
            if (loop.inEventLoop()) {
                whenDone.accept(outcome);
                return;
            }
            try {
                loop.execute(() -> whenDone.accept(outcome));
            } catch (RejectedExecutionException e) {
                // The process is going down and the link with it: there is nobody left to answer.
            }
        };
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
}

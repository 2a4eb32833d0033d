// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.port.CallServicesSettings;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.port.Ports;
import im.thingle.signaling.port.RelayPort;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.port.UsageView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Ports behind which there is next to nothing. */
final class TestPorts {
    private TestPorts() {}

    /** Only a relay, for everybody. */
    static Ports of(RelayPort relay) {
        return new Ports(relay, (jid, component) -> true, Optional.empty(), new CallServicesSettings(0, false),
                Optional.empty(), new Operations(), Optional.empty());
    }

    /** A TURN server for the users of example.org, beside a relay that opens nothing. */
    static Ports withCalls() {
        return new Ports(new Relay(), (jid, component) -> jid.endsWith("@example.org"), Optional.of(new Calls()),
                new CallServicesSettings(0, true), Optional.empty(), new Operations(), Optional.empty());
    }

    private static final class Relay implements RelayPort {
        @Override
        public List<Streamhost> streamhosts() {
            return List.of(new Streamhost("203.0.113.7", 5000));
        }

        @Override
        public void activate(ActivationRequest request, Consumer<ActivationOutcome> whenDone) {
            whenDone.accept(ActivationOutcome.UNKNOWN_HASH);
        }
    }

    private static final class Calls implements CallServicesPort {
        @Override
        public List<CallService> services() {
            return List.of(new CallService(CallService.Kind.TURN, "turn.example.org", 3478, "udp"));
        }

        @Override
        public CallCredential credential(String account) {
            return new CallCredential("4102444800:" + account, "pass", Instant.parse("2100-01-01T00:00:00Z"));
        }
    }

    private static final class Operations implements OperationsPort {
        @Override
        public boolean isOperator(String account) {
            return false;
        }

        @Override
        public void sessions(Consumer<List<SessionView>> whenKnown) {
            whenKnown.accept(List.of());
        }

        @Override
        public void sessionsOf(String account, Consumer<List<SessionView>> whenKnown) {
            whenKnown.accept(List.of());
        }

        @Override
        public void end(String id, String by, Consumer<Boolean> whenDone) {
            whenDone.accept(false);
        }

        @Override
        public void endAllOf(String account, String by, Consumer<Integer> whenDone) {
            whenDone.accept(0);
        }

        @Override
        public UsageView usage(String account) {
            return new UsageView(0, 0, 0, 0, 0, 0, 0);
        }

        @Override
        public Optional<CallCredential> issue(String account) {
            return Optional.empty();
        }

        @Override
        public List<CallService> services() {
            return List.of();
        }

        @Override
        public void drain(String by) { }
    }
}

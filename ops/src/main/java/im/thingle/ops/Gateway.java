// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import im.thingle.ops.config.Settings;
import im.thingle.ops.log.GatewayLog;
import im.thingle.ops.metrics.GatewayMeter;
import im.thingle.ops.metrics.Metrics;
import im.thingle.ops.sessions.BrokeredSessions;
import im.thingle.ops.state.KeptContacts;
import im.thingle.ops.wiring.BrokerFanOut;
import im.thingle.ops.wiring.InBandBytes;
import im.thingle.ops.wiring.OfferedGateway;
import im.thingle.relay.account.Accounts;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** The gateway for Jingle sessions as a part of the process: its contacts, log and counters. Safe from any thread. */
final class Gateway implements AutoCloseable {
    private final KeptContacts contacts;
    private final BrokeredSessions sessions;
    private final OfferedGateway offered;

    private Gateway(KeptContacts contacts, BrokeredSessions sessions, OfferedGateway offered) {
        this.contacts = contacts;
        this.sessions = sessions;
        this.offered = offered;
    }

    /**
     * Starts it if the operator wants it.
     *
     * @param sessions hears of sessions after log and counters
     * @param draining whether no new session is to begin
     * @throws IOException if the contacts cannot be read
     */
    static Optional<Gateway> start(
            Settings settings, Accounts accounts, Metrics metrics, BrokeredSessions sessions, BooleanSupplier draining)
            throws IOException {
        var wanted = settings.gateway();
        if (!wanted.enabled()) {
            return Optional.empty();
        }
        var contacts = KeptContacts.open(settings.state(), wanted.contactsPerJid());
        var meter = new GatewayMeter(metrics);
        meter.serve(contacts::size);
        var inBand = new InBandBytes(accounts, settings.bytestreams().limits().ratePerStream());
        var events = new BrokerFanOut(meter, new GatewayLog(System::nanoTime), sessions);
        return Optional.of(
                new Gateway(contacts, sessions, new OfferedGateway(contacts, events, inBand, wanted, draining)));
    }

    /** What components make of it. */
    OfferedGateway offered() {
        return offered;
    }

    /** Sessions now. */
    long active() {
        return sessions.size();
    }

    /** Lets sessions go on until the deadline; completes with how many were ended then. */
    CompletableFuture<Integer> drain(Duration deadline) {
        return sessions.drain(deadline);
    }

    @Override
    public void close() {
        contacts.close();
    }
}

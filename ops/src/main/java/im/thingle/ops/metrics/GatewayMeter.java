// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import io.prometheus.client.Collector;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.util.List;
import java.util.function.IntSupplier;

/** Counts what becomes of brokered Jingle sessions. Safe from any thread. */
public final class GatewayMeter implements BrokerEvents {
    /** Kinds of session; a label can never take another word. */
    static final List<String> KINDS = List.of("file", "call");

    /** What carries the bytes of a leg. */
    static final List<String> TRANSPORTS = List.of("socks5", "in-band", "ice", "echo");

    /** Reasons of XEP-0166 §7.4, and for whatever else clients may say. */
    static final List<String> REASONS = List.of("alternative-session", "busy", "cancel", "connectivity-error",
            "decline", "expired", "failed-application", "failed-transport", "general-error", "gone",
            "incompatible-parameters",
            "media-error", "security-error", "success", "timeout", "unsupported-applications", "unsupported-transports",
            "other");

    private final Metrics metrics;
    private final Gauge active;
    private final Counter started;
    private final Counter ended;
    private final Counter carries;
    private final Counter bytes;

    public GatewayMeter(Metrics metrics) {
        this.metrics = metrics;
        active = metrics.registerGauge(Metrics.GATEWAY_SESSIONS);
        KINDS.forEach(active::labels);
        started = metrics.register(Metrics.GATEWAY_STARTED, KINDS.toArray(String[]::new));
        ended = metrics.register(Metrics.GATEWAY_ENDED, REASONS.toArray(String[]::new));
        carries = metrics.register(Metrics.GATEWAY_TRANSPORTS);
        bytes = metrics.register(Metrics.GATEWAY_BYTES, KINDS.toArray(String[]::new));
    }

    /** Serves how many contacts there are; {@code contacts} is asked once per scrape. */
    public void serve(IntSupplier contacts) {
        new Contacts(contacts).register(metrics.registry());
    }

    @Override
    public void started(BrokeredSession session, Runnable end) {
        active.labels(kind(session)).inc();
        started.labels(kind(session)).inc();
    }

    @Override
    public void carries(BrokeredSession session, String first, String second) {
        carries.labels(known(TRANSPORTS, first) + "+" + known(TRANSPORTS, second)).inc();
    }

    @Override
    public void ended(BrokeredSession session, String reason, String by, long carried) {
        active.labels(kind(session)).dec();
        ended.labels(known(REASONS, reason)).inc();
        bytes.labels(kind(session)).inc(carried);
    }

    @Override
    public void bug(String where, Throwable fault) {
        metrics.bugs().inc();
    }

    private static String kind(BrokeredSession session) {
        return KINDS.contains(session.kind()) ? session.kind() : KINDS.getFirst();
    }

    private static String known(List<String> words, String word) {
        return words.contains(word) ? word : "other";
    }

    private static final class Contacts extends Collector {
        private final IntSupplier contacts;

        private Contacts(IntSupplier contacts) {
            this.contacts = contacts;
        }

        @Override
        public List<MetricFamilySamples> collect() {
            return List.of(Metrics.sample(Metrics.GATEWAY_CONTACTS, contacts.getAsInt()));
        }
    }
}

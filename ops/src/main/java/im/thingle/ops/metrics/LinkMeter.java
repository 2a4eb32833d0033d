// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import im.thingle.signaling.port.SignalingEvents;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what happens on the links to XMPP servers. Safe from any thread. */
public final class LinkMeter implements SignalingEvents {
    /** The error conditions of RFC 6120 §8.3.3, so that a label can never take another word. */
    private static final Set<String> CONDITIONS = Set.of(
            "bad-request", "conflict", "feature-not-implemented", "forbidden", "gone", "internal-server-error",
            "item-not-found", "jid-malformed", "not-acceptable", "not-allowed", "not-authorized", "policy-violation",
            "recipient-unavailable", "redirect", "registration-required", "remote-server-not-found",
            "remote-server-timeout", "resource-constraint", "service-unavailable", "subscription-required",
            "undefined-condition", "unexpected-request");

    private static final int MOST_WORDS = 50;

    private final Gauge up;
    private final Gauge delegations;
    private final Counter reconnects;
    private final Counter answered;
    private final Counter refused;
    private final Counter turnedAway;
    private final Metrics metrics;
    private final Set<String> seenUp = ConcurrentHashMap.newKeySet();
    private final Set<String> words = ConcurrentHashMap.newKeySet();

    /** @param components domains of all configured components */
    public LinkMeter(Metrics metrics, Collection<String> components) {
        this.metrics = metrics;
        up = metrics.registerGauge(Metrics.XMPP_UP);
        components.forEach(up::labels);
        delegations = metrics.registerGauge(Metrics.XMPP_DELEGATIONS);
        components.forEach(delegations::labels);
        reconnects = metrics.register(Metrics.XMPP_RECONNECTS);
        answered = metrics.register(Metrics.IQ_ANSWERED);
        refused = metrics.register(Metrics.IQ_REFUSED);
        turnedAway = metrics.register(Metrics.STANZAS_REFUSED);
    }

    @Override
    public void linkUp(String component, String server) {
        up.labels(component).set(1);
        if (!seenUp.add(component)) {
            reconnects.inc();
        }
    }

    @Override
    public void linkDown(String component, String server, String reason, String advice, long retryInMillis) {
        up.labels(component).set(0);
        delegations.labels(component).set(0);
    }

    @Override
    public void delegated(String component, String server, List<String> namespaces) {
        delegations.labels(component).inc(namespaces.size());
    }

    @Override
    public void answered(String what) {
        answered.labels(bounded(what)).inc();
    }

    @Override
    public void refused(String what, String condition, String from, String why) {
        refused.labels(known(condition)).inc();
    }

    @Override
    public void turnedAway(String what, String kind, String condition, String from, String to, String why) {
        turnedAway.labels(kind.equals("message") ? kind : "presence", known(condition)).inc();
    }

    @Override
    public void bug(String where, Throwable fault) {
        metrics.bugs().inc();
    }

    private static String known(String condition) {
        return CONDITIONS.contains(condition) ? condition : "undefined-condition";
    }

    private String bounded(String word) {
        return words.contains(word) || words.size() < MOST_WORDS && words.add(word) ? word : "other";
    }
}

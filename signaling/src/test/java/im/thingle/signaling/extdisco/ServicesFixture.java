// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import im.thingle.signaling.RecordedRequests;
import im.thingle.signaling.RecordedRoutes;
import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.port.CallServicesSettings;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The service with a clock of its own, a made-up relay, and the users of one domain. */
final class ServicesFixture implements CallServicesPort {
    static final String TWO = "urn:xmpp:extdisco:2";
    static final String ONE = "urn:xmpp:extdisco:1";
    static final String PROXY = "proxy.montague.lit";
    static final String ROMEO = "romeo@montague.lit/orchard";
    static final Duration LIFETIME = Duration.ofHours(24);
    static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    List<CallService> services = List.of(
            new CallService(CallService.Kind.STUN, "turn.montague.lit", 3478, "udp"),
            new CallService(CallService.Kind.TURN, "turn.montague.lit", 3478, "udp"),
            new CallService(CallService.Kind.TURN, "turn.montague.lit", 3478, "tcp"),
            new CallService(CallService.Kind.TURNS, "turn.montague.lit", 5349, "tcp"));
    Duration lifetime = LIFETIME;
    final List<String> banished = new ArrayList<>();
    final RecordedRequests requests = new RecordedRequests();
    final ExternalServices machine;
    private final RecordedRoutes routes;
    private Duration passed = Duration.ZERO;
    private Duration clockSet = Duration.ZERO;
    private int credentials;

    ServicesFixture(CallServicesSettings settings) {
        Admission admission = new Admission(
                (jid, component) -> component.equals(PROXY) && jid.endsWith("@montague.lit") && !banished.contains(jid),
                PROXY, settings.requestsPerMinute(), () -> passed.toNanos());
        machine = new ExternalServices(this, settings.pushes(), admission, requests, this::now);
        routes = RecordedRoutes.of(machine);
        machine.onLinkUp();
    }

    @Override
    public List<CallService> services() {
        return services;
    }

    @Override
    public CallCredential credential(String account) {
        credentials++;
        return new CallCredential("user " + credentials + " of " + account, "secret" + credentials,
                now().plus(lifetime));
    }

    Instant now() {
        return START.plus(passed).plus(clockSet);
    }

    /** Lets time pass, and ends with a tick. */
    void pass(Duration time) {
        passed = passed.plus(time);
        machine.onTick(passed.toNanos());
    }

    /** Somebody sets the clock of the machine forward or back. */
    void setClock(Duration by) {
        clockSet = clockSet.plus(by);
    }

    RecordingReply ask(String from, String payload) {
        return ask(from, PROXY, payload);
    }

    RecordingReply ask(String from, String to, String payload) {
        return routes.ask("<iq type='get' id='q' from='" + from + "' to='" + to + "'>" + payload + "</iq>");
    }

    /** The services of the answer to a request for all. */
    List<Element> services(String from) {
        return answer(ask(from, "<services xmlns='" + TWO + "'/>"));
    }

    List<Element> credentials(String from, String attributes) {
        return answer(ask(from, "<credentials xmlns='" + TWO + "'><service " + attributes + "/></credentials>"));
    }

    static List<Element> answer(RecordingReply reply) {
        Element iq = Xml.stanza(reply.text());
        return iq.attribute("type").equals("result") ? iq.children().getFirst().children() : List.of();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Tells those who asked of new credentials before theirs expire (XEP-0215 §3.2). A component sees no presence of its
 * users; what stands for it is that they asked from a full JID, for which their server answers with an error when it is
 * gone: then it is forgotten. Silence says nothing, and the number of those remembered is bounded anyhow. Time is the
 * wall clock's, by which credentials expire. Confined to its event loop.
 */
final class Pushes {
    /** All who came back when their server restarted would be told in the same second a day later. */
    static final int MOST_A_TICK = 500;

    /** A phone that sleeps answers late. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

    private final CallServicesPort calls;
    private final Admission admission;
    private final Requests requests;
    private final InstantSource clock;
    private final Subscribers subscribers = new Subscribers();
    private boolean up;
    private int linksLost;

    Pushes(CallServicesPort calls, Admission admission, Requests requests, InstantSource clock) {
        this.calls = calls;
        this.admission = admission;
        this.requests = requests;
        this.clock = clock;
    }

    /** Somebody was told the services; one who was told before is told anew when these credentials expire. */
    void onTold(String jid, String account, Version version, String type, Offer offer) {
        if (offer.credential() != null) {
            Instant due = Subscriber.renewal(clock.instant(), offer.credential().expires());
            subscribers.put(new Subscriber(jid, account, version, type, due));
        }
    }

    void onTick() {
        for (int i = 0; up && i < MOST_A_TICK; i++) {
            Subscriber subscriber = subscribers.takeDue(clock.instant());
            if (subscriber == null) {
                return;
            }
            push(subscriber);
        }
    }

    void onLinkUp() {
        up = true;
    }

    void onLinkDown() {
        up = false;
        linksLost++;
    }

    int size() {
        return subscribers.size();
    }

    private void push(Subscriber subscriber) {
        List<CallService> services = calls.services().stream()
                .filter(service -> service.kind().restricted())
                .filter(service -> subscriber.type() == null || service.kind().word().equals(subscriber.type()))
                .toList();
        if (services.isEmpty() || !admission.permits(subscriber.account())) {
            subscribers.forget(subscriber);
            return;
        }
        Offer offer = Offer.of(services, subscriber.account(), calls);
        Version version = subscriber.version();
        Element payload = offer.into(
                Element.of("services", version.namespace()).attribute("type", subscriber.type()), version, "modify");
        int link = linksLost;
        requests.ask(Iq.Type.SET, subscriber.jid(), payload, ANSWER_TIMEOUT,
                answer -> onAnswer(subscriber, offer.credential().expires(), link, answer));
    }

    private void onAnswer(Subscriber subscriber, Instant expires, int link, Iq answer) {
        if (!subscribers.knows(subscriber)) {
            return;
        }
        if (answer == null && link != linksLost) {
            // The push may have gone down with the link: it is sent again over the next one.
            subscribers.put(subscriber);
        } else if (answer == null || answer.type() == Iq.Type.RESULT) {
            // COMPAT(Psi, 2026): takes what it is told and never answers.
            subscribers.put(subscriber.dueAt(Subscriber.renewal(clock.instant(), expires)));
        } else {
            subscribers.forget(subscriber);
        }
    }
}

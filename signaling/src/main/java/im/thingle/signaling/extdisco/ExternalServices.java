// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.Jid;

/**
 * External Service Discovery (XEP-0215), in both versions in use: tells an account the STUN and TURN services (§3.1,
 * §3.2) and the credentials that open one of them (§3.3), and pushes new credentials before the old ones expire.
 * Confined to its event loop.
 */
public final class ExternalServices implements Service {
    private final CallServicesPort calls;
    private final boolean pushing;
    private final Admission admission;
    private final Pushes pushes;

    /**
     * @param pushing whether those who asked are told of new credentials before theirs expire
     * @param admission counts the requests together with those of whatever else hands out credentials
     */
    public ExternalServices(
            CallServicesPort calls, boolean pushing, Admission admission, Requests requests, InstantSource clock) {
        this.calls = calls;
        this.pushing = pushing;
        this.admission = admission;
        pushes = new Pushes(calls, admission, requests, clock);
    }

    @Override
    public List<String> features() {
        return List.of(Version.TWO.namespace(), Version.ONE.namespace());
    }

    @Override
    public void route(Routes routes) {
        for (Version version : Version.values()) {
            routes.onGet("services", version.namespace(), "external-services",
                            (request, reply) -> onServices(version, request, reply))
                    .onGet("credentials", version.namespace(), "external-credentials",
                            (request, reply) -> onCredentials(version, request, reply));
        }
    }

    @Override
    public void onTick(long nowNanos) {
        pushes.onTick();
    }

    @Override
    public void onLinkUp() {
        pushes.onLinkUp();
    }

    @Override
    public void onLinkDown() {
        pushes.onLinkDown();
    }

    int subscribers() {
        return pushes.size();
    }

    private void onServices(Version version, Iq request, Reply reply) {
        Optional<Jid> sender = admission.admit(request, reply);
        if (sender.isEmpty()) {
            return;
        }
        String type = request.payload().attribute("type");
        if (type != null && !CallService.Kind.isWord(type)) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "The types of services are stun, stuns, turn and turns.");
            return;
        }
        List<CallService> services = calls.services().stream()
                .filter(service -> type == null || service.kind().word().equals(type))
                .toList();
        String account = sender.get().asBareJid().toString();
        Offer offer = Offer.of(services, account, calls);
        if (pushing && sender.get().hasResource() && admission.component().equals(request.to())) {
            pushes.onTold(sender.get().toString(), account, version, type, offer);
        }
        reply.result(offer.into(Element.of("services", version.namespace()).attribute("type", type), version, null));
    }

    private void onCredentials(Version version, Iq request, Reply reply) {
        Optional<Jid> sender = admission.admit(request, reply);
        if (sender.isEmpty()) {
            return;
        }
        List<ServiceQuery> queries = ServiceQuery.of(request.payload(), version);
        if (queries.isEmpty()) {
            reply.error(StanzaError.BAD_REQUEST, "Credentials are given for 1 to " + ServiceQuery.MOST + ""
                    + " services (one in version 1), each with the attributes host and type; the port, if any, is a"
                    + " number from 1 to 65535.");
            return;
        }
        // The schema of the first version has no room for more than one service here.
        List<CallService> services = calls.services().stream()
                .filter(service -> queries.stream().anyMatch(query -> query.matches(service)))
                .limit(version == Version.ONE ? 1 : Long.MAX_VALUE)
                .toList();
        if (services.isEmpty()) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "There is no such service here; ask for the list of services.");
            return;
        }
        Offer offer = Offer.of(services, sender.get().asBareJid().toString(), calls);
        reply.result(offer.into(Element.of("credentials", version.namespace()), version, null));
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.bytestreams;

import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.port.AccessPort;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.RelayPort;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.Jid;

/**
 * The proxy's half of SOCKS5 Bytestreams: tells where to connect (XEP-0065 §4.2) and activates streams (§6.4).
 * The relay must call back on the loop it was called on. Confined to its event loop.
 */
public final class BytestreamsHandler implements Service {
    public static final String NAMESPACE = "http://jabber.org/protocol/bytestreams";

    static final int MAX_SID_BYTES = 1024;

    private final String component;
    private final RelayPort relay;
    private final Admission admission;

    /** @param component the component's prepared domain */
    public BytestreamsHandler(String component, RelayPort relay, AccessPort access) {
        this.component = component;
        this.relay = relay;
        admission = new Admission(access, component);
    }

    @Override
    public List<String> features() {
        return List.of(NAMESPACE);
    }

    @Override
    public List<Element> identities() {
        return List.of(DiscoInfo.identity("proxy", "bytestreams", "Thingle bytestream proxy"));
    }

    @Override
    public void route(Routes routes) {
        routes.onGet("query", NAMESPACE, "bytestreams-address", this::onGet)
                .onSet("query", NAMESPACE, "bytestreams-activate", this::onSet);
    }

    /**
     * Answers the address query, with or without a sid. It is never refused for a reason that will pass.
     * COMPAT(Smack 4.4; Dino 0.4): one blacklists a proxy after an error, the other looks only once.
     */
    public void onGet(Iq request, Reply reply) {
        if (admission.admit(request, reply).isEmpty()) {
            return;
        }
        Element.Builder query = Element.of("query", NAMESPACE).attribute("sid", request.payload().attribute("sid"));
        for (Streamhost streamhost : relay.streamhosts()) {
            query.child(Element.of("streamhost", NAMESPACE)
                    .attribute("jid", component)
                    .attribute("host", streamhost.host())
                    .attribute("port", Integer.toString(streamhost.port())));
        }
        reply.result(query.build());
    }

    /** Activates a bytestream; the checks come in the order of what a stranger may learn. */
    public void onSet(Iq request, Reply reply) {
        Optional<Jid> requester = admission.admit(request, reply);
        if (requester.isEmpty()) {
            return;
        }
        Element query = request.payload();
        String mode = query.attribute("mode");
        if (mode != null && !mode.equals("tcp")) {
            reply.error(mode.equals("udp") ? StanzaError.FEATURE_NOT_IMPLEMENTED : StanzaError.BAD_REQUEST,
                    "This proxy serves TCP bytestreams only.");
            return;
        }
        if (query.child("streamhost", NAMESPACE) != null) {
            reply.error(StanzaError.NOT_ACCEPTABLE, "This is a proxy; it is never the target of a bytestream.");
            return;
        }
        String sid = query.attribute("sid");
        if (sid == null || sid.isEmpty() || sid.getBytes(StandardCharsets.UTF_8).length > MAX_SID_BYTES) {
            reply.error(StanzaError.BAD_REQUEST, "The sid attribute must have 1 to " + MAX_SID_BYTES + " bytes.");
            return;
        }
        String target = activate(query);
        if (target.isEmpty()) {
            reply.error(StanzaError.BAD_REQUEST, "The query must have one activate element with the target's JID.");
            return;
        }
        Jids.parse(target).ifPresentOrElse(
                prepared -> activate(request, requester.get(), sid, target, prepared.toString(), reply),
                () -> reply.error(StanzaError.JID_MALFORMED, "The JID in the activate element is malformed."));
    }

    /** The target's JID, or an empty text unless there is exactly one {@code activate}. */
    private static String activate(Element query) {
        boolean one = query.children().size() == 1;
        Element activate = query.child("activate", NAMESPACE);
        return one && activate != null ? activate.text().strip() : "";
    }

    private void activate(Iq request, Jid requester, String sid, String target, String preparedTarget, Reply reply) {
        String full = requester.toString();
        String account = requester.asBareJid().toString();
        boolean asReceived = full.equals(request.from()) && preparedTarget.equals(target);
        relay.activate(new ActivationRequest(StreamHash.of(sid, full, preparedTarget), full, account, preparedTarget),
                outcome -> {
            if (outcome != ActivationOutcome.UNKNOWN_HASH || asReceived) {
                answer(outcome, reply);
                return;
            }
            // COMPAT(Conversations, Dino, Gajim; all): clients hash a JID as they hold it, prepared or not.
            String rawHash = StreamHash.of(sid, request.from(), target);
            relay.activate(new ActivationRequest(rawHash, full, account, preparedTarget),
                    second -> answer(second, reply));
        });
    }

    /**
     * XEP-0065 §6.4 names three of these conditions, servers the others. Draining passes, like a limit: both are of
     * type wait, whereas service-unavailable would tell the client not to come back.
     */
    private static void answer(ActivationOutcome outcome, Reply reply) {
        switch (outcome) {
            case ACTIVATED -> reply.result();
            case UNKNOWN_HASH -> reply.error(StanzaError.ITEM_NOT_FOUND,
                    "No connection is waiting under this sid, requester and target.");
            case ONE_LEG -> reply.error(StanzaError.NOT_ALLOWED,
                    "Only one of the two parties has connected to the proxy.");
            case ALREADY_ACTIVE -> reply.error(StanzaError.CONFLICT, "This bytestream is already active.");
            case LIMITED -> reply.error(StanzaError.RESOURCE_CONSTRAINT,
                    "A limit of the proxy is reached; try again later.");
            case DRAINING -> reply.error(StanzaError.RESOURCE_CONSTRAINT,
                    "The proxy is about to restart; try again later.");
            case FAILED -> reply.error(StanzaError.INTERNAL_SERVER_ERROR,
                    "The proxy could not connect the two parties.");
        }
    }
}

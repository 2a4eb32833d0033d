// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.delegation;

import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.port.SignalingEvents;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqDispatch;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.Jid;

/**
 * Answers what users ask the server and the server hands on: the managing entity of namespace delegation in admin mode
 * (XEP-0355 §4), in both versions that servers speak. Who delegates what is the server's business: it wraps a request
 * only while it delegates, so nothing need be remembered when either side starts anew.
 *
 * <p>COMPAT(Prosody's mod_delegation of 2023): speaks version 2; asks for the nested features (§7.2) only at the first
 * attachment since its own start; sends the request of a user without {@code to} on without it, and wants the answer
 * without white space or further children. An error about the wrapper becomes {@code service-unavailable} for the user,
 * as §4.3 asks, so whatever is wrong with a user's request is an error inside a result.
 *
 * <p>COMPAT(ejabberd 16.09 to 25): speaks version 1; at each attachment it asks for both nodes of the nested features
 * and delegates requests to itself only after the answer about the one, to accounts after the other, with an
 * announcement for each; it wants the answer's {@code from} to be the {@code to} of the request, and waits 32 seconds.
 *
 * <p>Confined to its event loop.
 */
public final class Delegation implements Service {
    static final List<String> VERSIONS = List.of("urn:xmpp:delegation:2", "urn:xmpp:delegation:1");

    private static final String FORWARD = "urn:xmpp:forward:0";
    private static final String CLIENT = "jabber:client";
    private static final String WHAT = "delegation";

    private record Announced(String server, String namespace) {}

    private final String component;
    private final List<String> domains;
    private final List<String> namespaces;
    private final IqDispatch dispatch;
    private final SignalingEvents events;
    private final Map<String, String> namespaceByNode = new HashMap<>();
    /** Only so that the log is not told twice. */
    private final Set<Announced> announced = new HashSet<>();

    /**
     * @param component the component's prepared domain
     * @param domains the server's own prepared domains: nobody else's wrappers are believed
     * @param namespaces what may be delegated
     * @param dispatch answers the requests inside
     */
    public Delegation(String component, List<String> domains, List<String> namespaces, IqDispatch dispatch,
            SignalingEvents events) {
        this.component = component;
        this.domains = List.copyOf(domains);
        this.namespaces = List.copyOf(namespaces);
        this.dispatch = dispatch;
        this.events = events;
        for (String version : VERSIONS) {
            for (String namespace : namespaces) {
                namespaceByNode.put(version + "::" + namespace, namespace);
                namespaceByNode.put(version + ":bare:" + namespace, namespace);
            }
        }
    }

    @Override
    public List<String> features() {
        return VERSIONS;
    }

    @Override
    public void route(Routes routes) {
        for (String version : VERSIONS) {
            routes.onSet("delegation", version, WHAT, this::onWrapper)
                    .onMessage("delegation", version, this::onAnnouncement);
        }
        routes.infoNode(namespaceByNode::containsKey, this::onNode);
    }

    @Override
    public void onLinkDown() {
        announced.clear();
    }

    /** The server says what it delegates (§4.2); other people's claims are only reported. */
    private void onAnnouncement(String from, Element delegation) {
        Optional<Jid> server = server(from);
        if (server.isEmpty()) {
            events.refused(WHAT, StanzaError.FORBIDDEN.elementName(), from, "A forged announcement: " + notTheServer());
            return;
        }
        List<String> news = new ArrayList<>();
        for (Element delegated : delegation.children()) {
            String namespace = delegated.is("delegated", delegation.namespace())
                    ? delegated.attribute("namespace") : null;
            if (namespace == null || !announced.add(new Announced(server.get().toString(), namespace))) {
                continue;
            }
            if (namespaces.contains(namespace)) {
                news.add(namespace);
            } else {
                events.refused(WHAT, StanzaError.SERVICE_UNAVAILABLE.elementName(), from, notDelegable(namespace));
            }
        }
        if (!news.isEmpty()) {
            events.delegated(component, server.get().toString(), news);
        }
    }

    /**
     * What the server is to tell of us in its own name and in that of its accounts (§7.2), which is the same. A domain
     * that is refused does not delegate, if it asks first, and goes on answering itself.
     */
    private void onNode(Iq request, Reply reply) {
        if (server(request.from()).isEmpty()) {
            reply.error(StanzaError.FORBIDDEN, "You may not delegate: " + notTheServer());
            return;
        }
        String node = request.payload().attribute("node");
        reply.result(Element.of("query", DiscoInfo.NAMESPACE)
                .attribute("node", node)
                .child(DiscoInfo.feature(namespaceByNode.get(node)))
                .build());
    }

    /** The server hands on a request (§4.3). */
    private void onWrapper(Iq wrapper, Reply reply) {
        Optional<Jid> server = server(wrapper.from());
        if (server.isEmpty()) {
            reply.error(StanzaError.FORBIDDEN, "A forged delegation: " + notTheServer());
            return;
        }
        Element stanza = wrapped(wrapper.payload());
        if (stanza == null) {
            reply.error(StanzaError.BAD_REQUEST, "A delegation has exactly one forwarded IQ of a client.");
            return;
        }
        Iq request = Iq.of(stanza);
        Optional<Jid> sender = Jids.parse(request.from());
        if (request.id() == null || request.type() == Iq.Type.RESULT || request.type() == Iq.Type.ERROR) {
            reply.error(StanzaError.BAD_REQUEST, "The delegated IQ is not a request with an id.");
        } else if (sender.isEmpty()) {
            reply.error(StanzaError.JID_MALFORMED, "The sender of the delegated IQ has no valid JID.");
        } else if (!speaksFor(server.get(), request, sender.get())) {
            reply.error(StanzaError.FORBIDDEN, "A forged delegation: " + server.get() + " may delegate only what is"
                    + " sent to itself or to an account of its own, not what is sent to " + request.to() + ".");
        } else if (!domains.contains(sender.get().getDomain().toString())) {
            refuse(wrapper.payload().namespace(), request, reply, StanzaError.FORBIDDEN,
                    "Only the server's own accounts are answered in its name; its domains are " + domains
                            + " (xmpp.domains).");
        } else {
            answer(wrapper.payload().namespace(), request, reply);
        }
    }

    private void answer(String version, Iq request, Reply reply) {
        String namespace = request.payload() == null ? null : request.payload().namespace();
        if (namespace == null || namespaces.contains(namespace)) {
            dispatch.dispatch(request, answer -> reply.result(wrap(version, answer)));
            return;
        }
        // §8: the delegation itself is never delegated. About anything else we say what a server says that does not
        // know it.
        StanzaError condition = VERSIONS.contains(namespace) ? StanzaError.FORBIDDEN : StanzaError.SERVICE_UNAVAILABLE;
        refuse(version, request, reply, condition, notDelegable(namespace));
    }

    /** Tells the one who asked: an error about the wrapper would be the server's, with another condition (§4.3). */
    private void refuse(String version, Iq request, Reply reply, StanzaError condition, String why) {
        reply.result(wrap(version, request.error(condition, why)));
        events.refused(WHAT, condition.elementName(), request.from(), why);
    }

    /** The prepared address of one of the server's own domains, or empty. */
    private Optional<Jid> server(String from) {
        return Jids.parse(from).filter(jid -> domains.contains(jid.toString()));
    }

    /**
     * §4.3 has the server hand on what is sent to itself or to an account of its own; without {@code to}, to the
     * sender's.
     */
    private static boolean speaksFor(Jid server, Iq request, Jid sender) {
        Optional<Jid> to = request.to() == null ? Optional.of(sender.asBareJid()) : Jids.parse(request.to());
        return to.filter(jid -> jid.hasNoResource() && jid.getDomain().toString().equals(server.toString()))
                .isPresent();
    }

    private String notTheServer() {
        return "only the server itself may delegate to this component; its domains are " + domains + " (xmpp.domains).";
    }

    private String notDelegable(String namespace) {
        return "The server delegates " + namespace + " here, but only these may be: "
                + String.join(", ", namespaces) + ".";
    }

    /** The IQ inside, or null unless each layer has exactly one child and the right name. */
    private static Element wrapped(Element delegation) {
        Element forwarded = onlyChild(delegation, "forwarded", FORWARD);
        return forwarded == null ? null : onlyChild(forwarded, "iq", CLIENT);
    }

    private static Element onlyChild(Element parent, String name, String namespace) {
        return parent.children().size() == 1 ? parent.child(name, namespace) : null;
    }

    private static Element wrap(String version, Element answer) {
        return Element.of("delegation", version)
                .child(Element.of("forwarded", FORWARD).child(answer))
                .build();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.relaynodes;

import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.port.ChannelOutcome;
import im.thingle.signaling.port.ChannelRequest;
import im.thingle.signaling.port.ChannelsPort;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.Jid;

/**
 * Jingle Relay Nodes (XEP-0278): lists this relay with the STUN and TURN services beside it (§5.2), opens UDP channels
 * (§5.1) and hands out TURN credentials (§5.3). Confined to its event loop.
 */
public final class RelayNodes implements Service {
    public static final String NAMESPACE = "http://jabber.org/protocol/jinglenodes";
    static final String CHANNEL = NAMESPACE + "#channel";
    static final String TURN_CREDENTIALS = NAMESPACE + "#turncredentials";

    private final ChannelsPort channels;
    private final Optional<CallServicesPort> calls;
    private final Admission admission;
    private final InstantSource clock;

    /**
     * @param channels calls back on the loop
     * @param calls what else is told of
     * @param admission keeps accounts from asking as often as they like (§8): that would be a flood of ports and of
     *         credentials
     */
    public RelayNodes(ChannelsPort channels, Optional<CallServicesPort> calls, Admission admission,
            InstantSource clock) {
        this.channels = channels;
        this.calls = calls;
        this.admission = admission;
        this.clock = clock;
    }

    @Override
    public List<String> features() {
        return calls.isEmpty() ? List.of(NAMESPACE, CHANNEL) : List.of(NAMESPACE, CHANNEL, TURN_CREDENTIALS);
    }

    @Override
    public void route(Routes routes) {
        routes.onGet("services", NAMESPACE, "relay-services", this::onServices)
                .onGet("channel", CHANNEL, "relay-channel", this::onChannel);
        calls.ifPresent(offered -> routes.onGet(
                "turn", TURN_CREDENTIALS, "turn-credentials", (request, reply) -> onTurn(offered, request, reply)));
    }

    private void onServices(Iq request, Reply reply) {
        if (admission.admit(request, reply).isPresent()) {
            List<CallService> others = calls.map(CallServicesPort::services).orElse(List.of());
            reply.result(ServiceEntries.of(admission.component(), others));
        }
    }

    private void onChannel(Iq request, Reply reply) {
        Optional<Jid> requester = admission.admit(request, reply);
        if (requester.isEmpty()) {
            return;
        }
        Element channel = request.payload();
        String protocol = channel.attribute("protocol");
        if ("tcp".equals(protocol)) {
            reply.error(StanzaError.FEATURE_NOT_IMPLEMENTED, "Channels here carry UDP only.");
        } else if (protocol != null && !protocol.equals("udp")) {
            reply.error(StanzaError.BAD_REQUEST, "The protocol of a channel is udp.");
        } else if (!isEmpty(channel)) {
            reply.error(StanzaError.BAD_REQUEST, "The channel element must be empty.");
        } else {
            String account = requester.get().asBareJid().toString();
            channels.open(new ChannelRequest(account, requester.get().toString()), outcome -> answer(outcome, reply));
        }
    }

    private static void answer(ChannelOutcome outcome, Reply reply) {
        switch (outcome) {
            case ChannelOutcome.Opened opened -> reply.result(written(opened));
            case ChannelOutcome.Refused(ChannelOutcome.Reason reason) -> refuse(reason, reply);
        }
    }

    private static void refuse(ChannelOutcome.Reason reason, Reply reply) {
        switch (reason) {
            case ACCOUNT_LIMIT -> reply.error(StanzaError.RESOURCE_CONSTRAINT,
                    "You have as many channels, or have carried as much today, as one may; try again later.");
            case LIMIT -> reply.error(StanzaError.RESOURCE_CONSTRAINT,
                    "The relay has as many channels as it may; try again later.");
            case NO_PORTS -> reply.error(StanzaError.RESOURCE_CONSTRAINT,
                    "The relay has no free ports left; try again later.");
            case DRAINING -> reply.error(StanzaError.RESOURCE_CONSTRAINT,
                    "The relay is about to restart; try again later.");
            case FAILED -> reply.error(StanzaError.INTERNAL_SERVER_ERROR, "The relay could not open a channel.");
        }
    }

    private static Element written(ChannelOutcome.Opened channel) {
        return Element.of("channel", CHANNEL)
                .attribute("component", "1")
                .attribute("id", channel.id())
                .attribute("host", channel.host())
                .attribute("localport", Integer.toString(channel.localPort()))
                .attribute("remoteport", Integer.toString(channel.remotePort()))
                .attribute("protocol", "udp")
                .attribute("maxkbps", channel.maxKbps() == 0 ? null : Integer.toString(channel.maxKbps()))
                .attribute("expire", Integer.toString(channel.expireSeconds()))
                .build();
    }

    /** The answer has room for one server, so it is the best that has the protocol. */
    private void onTurn(CallServicesPort offered, Iq request, Reply reply) {
        Optional<Jid> requester = admission.admit(request, reply);
        if (requester.isEmpty()) {
            return;
        }
        String protocol = request.payload().attribute("protocol");
        if (protocol != null && !List.of("udp", "tcp").contains(protocol)) {
            reply.error(StanzaError.BAD_REQUEST, "The protocol of a TURN service is udp or tcp.");
            return;
        }
        Optional<CallService> best = offered.services().stream()
                .filter(service -> service.kind().restricted())
                .filter(service -> protocol == null || service.transport().equals(protocol))
                .findFirst();
        if (best.isEmpty()) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "There is no TURN service with this protocol here.");
            return;
        }
        CallCredential credential = offered.credential(requester.get().asBareJid().toString());
        Duration left = Duration.between(clock.instant(), credential.expires());
        reply.result(Element.of("turn", TURN_CREDENTIALS)
                .attribute("ttl", Long.toString(Math.max(0, left.toSeconds())))
                .attribute("uri", best.get().uri())
                .attribute("username", credential.username())
                .attribute("password", credential.password())
                .build());
    }

    private static boolean isEmpty(Element element) {
        return element.children().isEmpty() && element.text().isBlank();
    }
}

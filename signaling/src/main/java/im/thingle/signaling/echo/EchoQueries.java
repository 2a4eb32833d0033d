// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.disco.CapabilitiesHash;
import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.disco.DiscoItems;
import im.thingle.signaling.disco.DiscoNodes;
import im.thingle.signaling.info.Ping;
import im.thingle.signaling.info.SoftwareVersion;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.jingle.transport.IceTransport;
import im.thingle.signaling.jingle.transport.InBandTransport;
import im.thingle.signaling.jingle.transport.Socks5Transport;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Answers what clients ask before they show that a file can be sent: what the account can do (XEP-0030), also by the
 * name that stands for it in its presence (XEP-0115). Confined to its event loop.
 */
final class EchoQueries {
    private static final String CAPABILITIES = "http://jabber.org/protocol/caps";
    private static final String NODE = "https://thingle.im/echo";

    /** What makes clients show a button for calls, and what of their offers is answered. */
    private static final List<String> CALLS = List.of(CallOffer.RTP, CallOffer.RTP_AUDIO, CallOffer.RTP_VIDEO,
            CallOffer.DTLS, CallOffer.GROUPING, CallAnswer.SOURCES, CallAnswer.EXTENSIONS, CallAnswer.FEEDBACK,
            IceTransport.NAMESPACE, EchoMessages.PROPOSALS);

    private final Map<String, IqHandler> handlers;
    private final Element capabilities;

    /** @param calls whether there can be calls */
    EchoQueries(String softwareVersion, boolean calls) {
        DiscoNodes nodes = new DiscoNodes();
        DiscoInfo info = new DiscoInfo(List.of(DiscoInfo.identity("client", "bot", "Thingle echo")), features(calls), nodes);
        String hash = CapabilitiesHash.of(info.answer());
        String node = NODE + "#" + hash;
        Element.Builder named = Element.of("query", DiscoInfo.NAMESPACE).attribute("node", node);
        info.answer().children().forEach(named::child);
        Element answer = named.build();
        nodes.add(node::equals, (request, reply) -> reply.result(answer));
        capabilities = Element.of("c", CAPABILITIES)
                .attribute("hash", "sha-1")
                .attribute("node", NODE)
                .attribute("ver", hash)
                .build();
        handlers = Map.of(
                DiscoInfo.NAMESPACE, info,
                DiscoItems.NAMESPACE, new DiscoItems(List.of(), new DiscoNodes()),
                Ping.NAMESPACE, new Ping(),
                SoftwareVersion.NAMESPACE, new SoftwareVersion(softwareVersion));
    }

    /** The {@code <c/>} of our presence. */
    Element capabilities() {
        return capabilities;
    }

    void onGet(Iq iq, Reply reply) {
        IqHandler handler = handlers.get(iq.payload().namespace());
        if (handler == null) {
            reply.error(StanzaError.SERVICE_UNAVAILABLE, "I know nothing of this.");
        } else {
            handler.handle(iq, reply);
        }
    }

    private static List<String> features(boolean calls) {
        List<String> features = new ArrayList<>(List.of(CAPABILITIES, Ping.NAMESPACE, SoftwareVersion.NAMESPACE,
                Jingle.NAMESPACE, Socks5Transport.NAMESPACE, InBandTransport.NAMESPACE, InBandTransport.STANZAS,
                FileOffer.HASHES_2, FileOffer.HASHES_1,
                "urn:xmpp:hash-function-text-names:sha-1", "urn:xmpp:hash-function-text-names:sha-256"));
        features.addAll(FileOffer.VERSIONS);
        if (calls) {
            features.addAll(CALLS);
        }
        return features;
    }
}

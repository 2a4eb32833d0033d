// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle.transport;

import im.thingle.signaling.bytestreams.StreamHash;
import im.thingle.signaling.port.StreamLeg;
import im.thingle.signaling.port.StreamsPort;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * Jingle SOCKS5 bytestreams (XEP-0260), one leg of them. We offer the relay's own addresses as direct candidates, which
 * need no activation, and never contact a candidate of the client's: it would learn, or we would reach, an address that
 * is none of its business. So the client is told at once that none of its own will do. Confined to its event loop.
 */
public final class Socks5Transport implements StreamTransport {
    public static final String NAMESPACE = "urn:xmpp:jingle:transports:s5b:1";

    /** XEP-0260 §2.1: the preference of direct candidates. */
    private static final int DIRECT = 126 << 16;

    private static final int BEST = 65_535;

    private final StreamsPort streams;
    private final LegAddress leg;
    private final String sid;
    private final Output out;
    private final List<Streamhost> hosts;
    private final StreamLeg sockets;
    private boolean started;
    private boolean settled;

    /**
     * @param sid the transport's, not the session's
     * @param theirs the transport with which the client began; null: we begin
     * @param sidOfSession whether the client may take the session's id for the transport's
     */
    public Socks5Transport(StreamsPort streams, LegAddress leg, String sid, Element theirs, boolean sidOfSession,
            Output out) {
        this.streams = streams;
        this.leg = leg;
        this.sid = sid;
        this.out = out;
        hosts = List.copyOf(streams.streamhosts());
        sockets = new StreamLeg(hashes(theirs, sidOfSession));
        streams.expect(sockets);
    }

    /**
     * Our hash has our JID first, since we offer (XEP-0260 §2.2); others are what clients are known to compute instead.
     * COMPAT(Gajim 1.7): the initiator's JID comes first, whoever offers. COMPAT(Conversations, file transfer 3): the
     * session's id stands for the transport's. COMPAT(Conversations): if a proxy that it offers is this very relay, it
     * has a socket of its own there, under its own hash, before we hear of it, and must not be kept from sending
     * another.
     */
    private List<String> hashes(Element theirs, boolean sidOfSession) {
        List<String> hashes = new ArrayList<>();
        hashes.add(StreamHash.of(sid, leg.ours(), leg.theirs()));
        if (theirs != null && !leg.initiates() && theirs.children().stream().noneMatch(this::isOwnProxy)) {
            hashes.add(StreamHash.of(sid, leg.theirs(), leg.ours()));
        }
        if (sidOfSession) {
            hashes.add(StreamHash.of(leg.sid(), leg.ours(), leg.theirs()));
        }
        return hashes.stream().distinct().toList();
    }

    private boolean isOwnProxy(Element candidate) {
        return "proxy".equals(candidate.attribute("type")) && hosts.stream().anyMatch(host ->
                host.host().equalsIgnoreCase(candidate.attribute("host"))
                        && Integer.toString(host.port()).equals(candidate.attribute("port")));
    }

    /** Where the client's socket is to be found once this transport is ready. */
    public StreamLeg sockets() {
        return sockets;
    }

    @Override
    public String namespace() {
        return NAMESPACE;
    }

    @Override
    public String word() {
        return "socks5";
    }

    @Override
    public Element local() {
        Element.Builder transport = Element.of("transport", NAMESPACE)
                .attribute("sid", sid)
                .attribute("dstaddr", sockets.hashes().getFirst())
                .attribute("mode", leg.initiates() ? "tcp" : null);
        for (int i = 0; i < hosts.size(); i++) {
            transport.child(Element.of("candidate", NAMESPACE)
                    .attribute("cid", cid(i))
                    .attribute("host", hosts.get(i).host())
                    .attribute("jid", leg.ours())
                    .attribute("port", Integer.toString(hosts.get(i).port()))
                    .attribute("priority", Integer.toString(DIRECT + BEST - i))
                    .attribute("type", "direct"));
        }
        return transport.build();
    }

    /** Nothing in it is for us. */
    @Override
    public void remote(Element transport) {}

    @Override
    public void start() {
        if (!started) {
            started = true;
            out.transportInfo(Element.of("transport", NAMESPACE)
                    .attribute("sid", sid)
                    .child(Element.of("candidate-error", NAMESPACE))
                    .build());
        }
    }

    /** An id that is none of ours is unknown, and so a mistake. */
    @Override
    public boolean understands(Element transport) {
        Element used = transport.child("candidate-used", NAMESPACE);
        return used == null || isOurs(used.attribute("cid"));
    }

    @Override
    public void info(Element transport) {
        Element used = transport.child("candidate-used", NAMESPACE);
        if (settled) {
            return;
        }
        if (used != null && isOurs(used.attribute("cid"))) {
            settled = true;
            out.ready();
        } else if (transport.child("candidate-error", NAMESPACE) != null) {
            settled = true;
            streams.release(sockets);
            out.failed("the client reached none of the relay's addresses");
        }
    }

    @Override
    public void close() {
        settled = true;
        streams.release(sockets);
    }

    /** Unlike any of the client's, since ids of both share one space. */
    private String cid(int index) {
        return "relay-" + sockets.hashes().getFirst().substring(0, 8) + "-" + index;
    }

    private boolean isOurs(String cid) {
        for (int i = 0; i < hosts.size(); i++) {
            if (cid(i).equals(cid)) {
                return true;
            }
        }
        return false;
    }
}

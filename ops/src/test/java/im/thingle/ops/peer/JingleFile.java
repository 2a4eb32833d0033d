// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import static im.thingle.ops.peer.JingleParty.JINGLE;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.w3c.dom.Element;

/**
 * One file transfer of a {@link JingleParty}, step by step (XEP-0234), over SOCKS5 (XEP-0260) or in-band bytes
 * (XEP-0261). Confined to the test's thread.
 */
public final class JingleFile implements AutoCloseable {
    private static final String SOCKS5 = "urn:xmpp:jingle:transports:s5b:1";
    private static final String IN_BAND = "urn:xmpp:jingle:transports:ibb:1";
    private static final int BLOCK_BYTES = 4096;

    /** What a client does about the transport. */
    public enum Over {
        SOCKS5,
        /** Offers nothing else; the same as {@link #FALLBACK} for whoever is offered SOCKS5. */
        IN_BAND,
        /** Reaches none of the other party's candidates. */
        FALLBACK
    }

    private final JingleParty party;
    private final String peer;
    private final String sid;
    private final boolean initiator;
    private final FilePersona persona;
    private final Over over;
    private String transportSid;
    private Element offer;
    private Element theirs;
    private Socks5Client socket;
    private Socks5Client early;
    private InBand.In inBandIn;
    private InBand.Out inBandOut;

    private JingleFile(
            JingleParty party, String peer, String sid, boolean initiator, FilePersona persona, Over over) {
        this.party = party;
        this.peer = peer;
        this.sid = sid;
        this.initiator = initiator;
        this.persona = persona;
        this.over = over;
    }

    /**
     * Offers a file.
     *
     * @param peer full JID
     * @param proxy the one that the client found; only some personas want it
     * @param security an element for the content, or nothing
     */
    public static JingleFile offer(JingleParty party, String peer, FilePersona persona, Over over, Payload payload,
            InetSocketAddress proxy, String security) throws IOException {
        JingleFile file = new JingleFile(party, peer, UUID.randomUUID().toString(), true, persona, over);
        file.transportSid = UUID.randomUUID().toString();
        file.parkEarly(proxy);
        String transport = over == Over.IN_BAND ? file.inBand() : file.socks5(proxy);
        party.set(peer, file.jingle("session-initiate", " initiator='" + party.jid() + "'",
                file.content(persona.description(payload) + security + transport)));
        return file;
    }

    /** Takes the next offer, and does not answer it. */
    public static JingleFile offered(JingleParty party, FilePersona persona, Over over) {
        Element iq = party.await(e -> isJingle(e, "session-initiate"));
        Element jingle = Elements.first(iq, "jingle");
        JingleFile file =
                new JingleFile(party, iq.getAttribute("from"), jingle.getAttribute("sid"), false, persona, over);
        file.offer = Elements.first(jingle, "content");
        file.take(jingle);
        return file;
    }

    /** The part of this name of the content that was offered. */
    public Element offered(String name) {
        return Elements.first(offer, name);
    }

    /** Whom it believes to talk to. */
    public String peer() {
        return peer;
    }

    /** Agrees, and connects. */
    public JingleFile accept(InetSocketAddress proxy) throws IOException {
        boolean inBand = theirs.getNamespaceURI().equals(IN_BAND);
        if (!inBand) {
            parkEarly(proxy);
        }
        String description = Elements.text(offered("description"));
        String security = Elements.all(offer, "security").stream().map(Elements::text).findFirst().orElse("");
        party.set(peer, jingle("session-accept", " responder='" + party.jid() + "'",
                content(description + security + (inBand ? inBand() : socks5(proxy)))));
        return connect();
    }

    /** Waits for the other party to agree, and connects. */
    public JingleFile connect() throws IOException {
        if (initiator) {
            take(Elements.first(next("session-accept"), "jingle"));
        }
        if (theirs.getNamespaceURI().equals(SOCKS5)) {
            List<Element> candidates = Elements.all(theirs, "candidate").stream()
                    .sorted(Comparator.comparing((Element each) -> -Long.parseLong(each.getAttribute("priority"))))
                    .toList();
            Optional<Element> used = over == Over.SOCKS5 ? Optional.of(candidates.getFirst()) : Optional.empty();
            if (used.isPresent()) {
                reach(used.get());
            }
            tell(used.map(each -> "<candidate-used cid='" + each.getAttribute("cid") + "'/>")
                    .orElse("<candidate-error/>"));
            Element answer = next("transport-info");
            Elements.first(answer, "candidate-error");
            if (early != null) {
                early.close();
            }
            if (used.isEmpty()) {
                fallBack();
            }
        } else if (initiator) {
            open();
        }
        return this;
    }

    /** Which transport carries it now. */
    public String transport() {
        return socket == null ? "in-band" : "socks5";
    }

    /** Sends it all, and returns its SHA-256. */
    public String send(Payload payload) throws IOException {
        String digest = payload.writeTo(out(), bytes -> {});
        if (persona.tellsHash()) {
            party.set(peer, jingle("session-info", "", "<checksum xmlns='" + persona.files()
                    + "' creator='initiator' name='a-file'><file><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>"
                    + "x</hash></file></checksum>"));
        }
        if (socket != null) {
            socket.close();
        } else {
            party.set(peer, "<close xmlns='http://jabber.org/protocol/ibb' sid='" + transportSid + "'/>");
        }
        if (persona.leaves()) {
            terminate("success");
        }
        return digest;
    }

    /** Takes so many bytes, and returns their SHA-256. */
    public String receive(long size) throws IOException {
        try (InputStream bytes = new Limited(in(), size)) {
            return Payload.sha256Hex(bytes);
        }
    }

    /** Waits for the end of the stream, and tells that the whole file has come (XEP-0234 §8.1). */
    public void thank() throws IOException {
        if (in().read() != -1) {
            throw new AssertionError("more bytes than the file has");
        }
        party.set(peer, jingle("session-info", "",
                "<received xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='a-file'/>"));
    }

    public void terminate(String reason) throws IOException {
        party.set(peer, jingle("session-terminate", "", "<reason><" + reason + "/></reason>"));
    }

    /** Waits for a session-info action, and returns the name of what it tells. */
    public String told() {
        return Elements.first(next("session-info"), "jingle").getFirstChild().getLocalName();
    }

    /** Waits for the other party's farewell, and returns its reason. */
    public String ended() {
        return Elements.first(next("session-terminate"), "reason").getFirstChild().getLocalName();
    }

    /** Whether the stream ends before more bytes come than were under way. */
    public boolean isCut() throws IOException {
        try {
            InputStream in = in();
            byte[] some = new byte[65_536];
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                // what was under way
            }
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    private void take(Element jingle) {
        theirs = Elements.first(jingle, "transport");
        if (!initiator) {
            transportSid = theirs.getAttribute("sid");
        }
    }

    private String hash(String offerer, String other) {
        return persona.hash(Map.of("session", sid, "transport", transportSid), offerer, other,
                initiator ? party.jid() : peer);
    }

    private void parkEarly(InetSocketAddress proxy) throws IOException {
        if (persona.connectsEarly() && over != Over.IN_BAND) {
            early = Socks5Client.parkedFrom(party.source(), proxy, hash(party.jid(), peer));
        }
    }

    private void reach(Element candidate) throws IOException {
        InetSocketAddress there = new InetSocketAddress(
                InetAddress.ofLiteral(candidate.getAttribute("host")),
                Integer.parseInt(candidate.getAttribute("port")));
        socket = Socks5Client.parkedFrom(party.source(), there, hash(candidate.getAttribute("jid"), party.jid()));
    }

    /** Whoever began the session proposes in-band bytes, and opens them. */
    private void fallBack() throws IOException {
        if (initiator) {
            transportSid = UUID.randomUUID().toString();
            party.set(peer, jingle("transport-replace", "", content(inBand())));
            take(Elements.first(next("transport-accept"), "jingle"));
            open();
        } else {
            take(Elements.first(next("transport-replace"), "jingle"));
            party.set(peer, jingle("transport-accept", "", content(inBand())));
        }
    }

    private void open() throws IOException {
        party.set(peer, "<open xmlns='http://jabber.org/protocol/ibb' block-size='" + BLOCK_BYTES + "' sid='"
                + transportSid + "' stanza='iq'/>");
    }

    private void tell(String info) throws IOException {
        party.set(peer, jingle("transport-info", "",
                content("<transport xmlns='" + SOCKS5 + "' sid='" + transportSid + "'>" + info + "</transport>")));
    }

    private OutputStream out() throws IOException {
        if (socket == null && inBandOut == null) {
            inBandOut = new InBand.Out(party, peer, transportSid, BLOCK_BYTES);
        }
        return socket == null ? inBandOut : socket.out();
    }

    private InputStream in() throws IOException {
        if (socket == null && inBandIn == null) {
            inBandIn = new InBand.In(party, peer, transportSid);
        }
        return socket == null ? inBandIn : socket.in();
    }

    private String inBand() {
        return "<transport xmlns='" + IN_BAND + "' block-size='" + BLOCK_BYTES + "' sid='" + transportSid + "'/>";
    }

    private String socks5(InetSocketAddress proxy) {
        String hash = hash(party.jid(), peer);
        return "<transport xmlns='" + SOCKS5 + "' sid='" + transportSid + "'"
                + (initiator ? persona.transportAttributes(hash) : "") + ">"
                + candidate("direct", party.candidate(), party.jid(), 8_257_636)
                + (early == null ? "" : candidate("proxy", proxy, XmppServer.PROXY, 655_360))
                + "</transport>";
    }

    private static String candidate(String type, InetSocketAddress where, String jid, int priority) {
        return "<candidate cid='clients-" + type + "' host='" + where.getAddress().getHostAddress() + "' port='"
                + where.getPort() + "' jid='" + jid + "' priority='" + priority + "' type='" + type + "'/>";
    }

    private String content(String inside) {
        String name = offer == null ? "a-file" : offer.getAttribute("name").replace("&", "&amp;");
        return "<content creator='initiator' name='" + name + "' senders='initiator'>" + inside + "</content>";
    }

    private String jingle(String action, String attributes, String inside) {
        return "<jingle xmlns='" + JINGLE + "' action='" + action + "' sid='" + sid + "'" + attributes + ">" + inside
                + "</jingle>";
    }

    private Element next(String action) {
        return party.await(e -> isJingle(e, action)
                && e.getAttribute("from").equals(peer)
                && Elements.first(e, "jingle").getAttribute("sid").equals(sid));
    }

    private static boolean isJingle(Element stanza, String action) {
        return stanza.getFirstChild() instanceof Element jingle
                && JINGLE.equals(jingle.getNamespaceURI())
                && jingle.getAttribute("action").equals(action);
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
        if (early != null) {
            early.close();
        }
    }

    /** So many bytes of another stream, and no byte more. Confined to one thread. */
    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = left == 0 ? -1 : super.read(into, offset, (int) Math.min(length, left));
            left -= Math.max(n, 0);
            return n;
        }

        @Override
        public void close() {
            // more may be done with the stream
        }
    }
}

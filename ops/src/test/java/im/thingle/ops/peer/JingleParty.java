// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * A raw client that looks to others like one that takes files: it lets itself be subscribed to, answers disco#info
 * (XEP-0030, XEP-0115) and acknowledges Jingle (XEP-0166), and keeps all that it ever got. Confined to the test's
 * thread.
 */
public final class JingleParty implements AutoCloseable {
    static final String JINGLE = "urn:xmpp:jingle:1";

    /** What the relay does not carry, and so must not be told. */
    public static final String NOT_CARRIED = "urn:xmpp:jingle:transports:raw-udp:1";

    private static final String NODE = "https://thingle.im/test/raw";
    private static final String IDENTITY = "client/pc//raw";
    private static final List<String> FEATURES = List.of(
            "http://jabber.org/protocol/caps", "http://jabber.org/protocol/disco#info", "urn:xmpp:hashes:2", JINGLE,
            "urn:xmpp:jingle:apps:file-transfer:3", "urn:xmpp:jingle:apps:file-transfer:5",
            "urn:xmpp:jingle:transports:ibb:1", NOT_CARRIED, "urn:xmpp:jingle:transports:s5b:1");

    private final String source;
    private final ServerSocket candidate;
    private final StringBuffer heard = new StringBuffer();
    private volatile RawXmpp xmpp;

    private JingleParty(String source) throws IOException {
        this.source = source;
        candidate = new ServerSocket();
        candidate.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
    }

    /** @param source an address of this machine, from which it connects and which it offers to others */
    public static JingleParty login(XmppServer server, Account account, String source)
            throws IOException, XMLStreamException {
        JingleParty party = new JingleParty(source);
        party.xmpp = RawXmpp.login(server, account, "raw", source, party::take);
        party.xmpp.ask("get", "", "<query xmlns='jabber:iq:roster'/>");
        party.xmpp.send("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='" + NODE
                + "' ver='" + hash(IDENTITY, FEATURES) + "'/></presence>");
        return party;
    }

    public String jid() {
        return xmpp.jid();
    }

    /** All stanzas that came, in order. */
    public String heard() {
        return heard.toString();
    }

    /** Where it could be reached, which nobody must learn or try. */
    public InetSocketAddress candidate() {
        return (InetSocketAddress) candidate.getLocalSocketAddress();
    }

    /** Whether somebody has connected to its own address. */
    public boolean wasReached() throws IOException {
        candidate.setSoTimeout(1);
        try {
            candidate.accept().close();
            return true;
        } catch (SocketTimeoutException nobody) {
            return false;
        }
    }

    /** Asks to see somebody's presence. */
    public void subscribe(String bare) throws IOException {
        xmpp.send("<presence type='subscribe' to='" + bare + "'/>");
    }

    /** Waits until a client of the contact shows itself with capabilities; returns the stanza. */
    public Element awaitPresence(String bare) {
        return xmpp.await(e -> e.getLocalName().equals("presence")
                && e.getAttribute("from").startsWith(bare + "/")
                && e.getAttribute("type").isEmpty()
                && !Elements.all(e, "c").isEmpty());
    }

    /** Waits until this client is gone. */
    public void awaitUnavailable(String full) {
        xmpp.await(e -> e.getLocalName().equals("presence")
                && e.getAttribute("from").equals(full)
                && e.getAttribute("type").equals("unavailable"));
    }

    /** Waits for a message of somebody's, and returns what it says. */
    public String awaitMessage(String bare) {
        Element message = xmpp.await(
                e -> e.getLocalName().equals("message") && e.getAttribute("from").startsWith(bare));
        return Elements.first(message, "body").getTextContent();
    }

    /** The features behind the capabilities of a presence, which must have their hash (XEP-0115 §5.4). */
    public List<String> features(Element presence) throws IOException {
        Element caps = Elements.first(presence, "c");
        String node = caps.getAttribute("node") + "#" + caps.getAttribute("ver");
        Element info = xmpp.ask("get", presence.getAttribute("from"),
                "<query xmlns='http://jabber.org/protocol/disco#info' node='" + node + "'/>");
        List<String> features =
                Elements.all(info, "feature").stream().map(e -> e.getAttribute("var")).toList();
        Element identity = Elements.first(info, "identity");
        String told = identity.getAttribute("category") + "/" + identity.getAttribute("type") + "//"
                + identity.getAttribute("name");
        if (!hash(told, features).equals(caps.getAttribute("ver"))) {
            throw new AssertionError("capabilities without their hash: " + Elements.text(info));
        }
        return features;
    }

    String source() {
        return source;
    }

    void send(String xml) throws IOException {
        xmpp.send(xml);
    }

    /** An IQ set, or an exception that has the error. */
    Element set(String to, String payload) throws IOException {
        Element answer = xmpp.ask("set", to, payload);
        if (!answer.getAttribute("type").equals("result")) {
            throw new IOException("refused: " + Elements.text(answer));
        }
        return answer;
    }

    Element await(Predicate<Element> wanted) {
        return xmpp.await(wanted);
    }

    void acknowledge(Element iq) throws IOException {
        send("<iq type='result' id='" + iq.getAttribute("id") + "' to='" + iq.getAttribute("from") + "'/>");
    }

    private boolean take(Element stanza) {
        heard.append(Elements.text(stanza)).append('\n');
        try {
            return switch (stanza.getLocalName()) {
                case "presence" -> admit(stanza);
                case "iq" -> answer(stanza);
                default -> false;
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean admit(Element presence) throws IOException {
        boolean asked = presence.getAttribute("type").equals("subscribe");
        if (asked) {
            send("<presence type='subscribed' to='" + presence.getAttribute("from") + "'/>");
            subscribe(presence.getAttribute("from"));
        }
        return asked;
    }

    private boolean answer(Element iq) throws IOException {
        if (!List.of("get", "set").contains(iq.getAttribute("type"))) {
            return false;
        }
        Element payload = (Element) iq.getFirstChild();
        boolean question = iq.getAttribute("type").equals("get");
        if (question && payload.getNamespaceURI().equals("http://jabber.org/protocol/disco#info")) {
            send("<iq type='result' id='" + iq.getAttribute("id") + "' to='" + iq.getAttribute("from") + "'>"
                    + info(payload.getAttribute("node")) + "</iq>");
        } else if (question) {
            send("<iq type='error' id='" + iq.getAttribute("id") + "' to='" + iq.getAttribute("from")
                    + "'><error type='cancel'><service-unavailable"
                    + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
        } else if (payload.getNamespaceURI().equals(JINGLE)) {
            acknowledge(iq);
            return false;
        } else if (payload.getNamespaceURI().equals("http://jabber.org/protocol/ibb")) {
            return false; // acknowledged when it is taken
        } else {
            acknowledge(iq);
        }
        return true;
    }

    private static String info(String node) {
        return "<query xmlns='http://jabber.org/protocol/disco#info'" + (node.isEmpty() ? "" : " node='" + node + "'")
                + "><identity category='client' type='pc' name='raw'/>"
                + FEATURES.stream().map(each -> "<feature var='" + each + "'/>").collect(Collectors.joining())
                + "</query>";
    }

    private static String hash(String identity, List<String> features) {
        String all = features.stream().sorted().collect(Collectors.joining("<", identity + "<", "<"));
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(all.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        xmpp.close();
        candidate.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * The smallest XMPP client (RFC 6120): SASL PLAIN in the clear over loopback, resource binding, then stanzas exactly
 * as the test spells them. Confined to the test's thread.
 */
public final class RawXmpp implements AutoCloseable {
    private static final String ANYWHERE = "0.0.0.0";

    private final Socket socket = new Socket();
    private final String domain;
    private final Predicate<Element> taken;
    private final BlockingQueue<Element> arrived = new LinkedBlockingQueue<>();
    private final List<Element> passedOver = new ArrayList<>();
    private String jid;
    private int nextId;

    private RawXmpp(int port, String source, String domain, Predicate<Element> taken) throws IOException {
        this.domain = domain;
        this.taken = taken;
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
        socket.connect(Loopback.at(port));
    }

    public static RawXmpp login(XmppServer server, Account account, String resource)
            throws IOException, XMLStreamException {
        return login(server, account, resource, ANYWHERE, stanza -> false);
    }

    /**
     * The same from another address of this machine.
     *
     * @param taken sees every stanza first, on a thread of its own; {@link #await} does not get those that it takes
     */
    static RawXmpp login(
            XmppServer server, Account account, String resource, String source, Predicate<Element> taken)
            throws IOException, XMLStreamException {
        RawXmpp client = new RawXmpp(server.clientPort(), source, account.domain(), taken);
        String plain = "\0" + account.user() + "\0" + account.password();
        Elements before = client.open();
        client.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)) + "</auth>");
        Element outcome = before.next();
        if (!outcome.getLocalName().equals("success")) {
            throw new IOException("login failed: " + Elements.text(outcome));
        }
        Elements after = client.open();
        Thread.ofVirtual().start(() -> client.pump(after));
        Element bound = client.ask("set", "", "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource
                + "</resource></bind>");
        client.jid = Elements.first(bound, "jid").getTextContent();
        return client;
    }

    /** Full JID. */
    public String jid() {
        return jid;
    }

    public void send(String xml) throws IOException {
        socket.getOutputStream().write(xml.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends an IQ and returns its answer, be it a result or an error. */
    public Element ask(String type, String to, String payload) throws IOException {
        String id = "q" + nextId++;
        String address = to.isEmpty() ? "" : " to='" + to + "'";
        send("<iq type='" + type + "' id='" + id + "'" + address + ">" + payload + "</iq>");
        return await(e -> e.getAttribute("id").equals(id));
    }

    /** The oldest stanza that fits and was not handed out yet. */
    public Element await(Predicate<Element> wanted) {
        long deadlineNanos = System.nanoTime() + Await.SOON.toNanos();
        for (int i = 0; i < passedOver.size(); i++) {
            if (wanted.test(passedOver.get(i))) {
                return passedOver.remove(i);
            }
        }
        while (true) {
            Element next = poll(deadlineNanos - System.nanoTime());
            if (wanted.test(next)) {
                return next;
            }
            passedOver.add(next);
        }
    }

    private Element poll(long nanos) {
        try {
            Element next = arrived.poll(nanos, TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError(jid + " waited in vain; it got "
                        + passedOver.stream().map(Elements::text).toList());
            }
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens a stream and reads the server's features. */
    private Elements open() throws IOException, XMLStreamException {
        send("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
                + " version='1.0' to='" + domain + "'>");
        InputStream in = socket.getInputStream();
        Elements elements = new Elements(in);
        elements.next();
        return elements;
    }

    private void pump(Elements elements) {
        try {
            while (true) {
                Element next = elements.next();
                if (!taken.test(next)) {
                    arrived.add(next);
                }
            }
        } catch (XMLStreamException | UncheckedIOException endOfStream) {
            // The test notices by what does not arrive.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

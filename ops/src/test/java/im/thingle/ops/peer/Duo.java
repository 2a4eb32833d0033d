// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * Alice and Bob as raw clients, for bytestreams that Alice requests and whose every step is the test's. Confined to
 * the test's thread.
 */
public final class Duo implements AutoCloseable {
    private final RawXmpp alice;
    private final RawXmpp bob;
    private final InetSocketAddress proxy;

    private Duo(RawXmpp alice, RawXmpp bob, InetSocketAddress proxy) {
        this.alice = alice;
        this.bob = bob;
        this.proxy = proxy;
    }

    public static Duo login(Deployment deployment) throws IOException, XMLStreamException {
        return new Duo(
                RawXmpp.login(deployment.server(), Account.ALICE, "raw"),
                RawXmpp.login(deployment.server(), Account.BOB, "raw"),
                deployment.thingle().proxy());
    }

    public RawXmpp alice() {
        return alice;
    }

    public RawXmpp bob() {
        return bob;
    }

    /** The hash of a bytestream that Alice requests. */
    public String hash(String sid) {
        return Socks5Client.hash(sid, alice.jid(), bob.jid());
    }

    /** One more socket under {@link #hash}. */
    public Socks5Client park(String sid) throws IOException {
        return Socks5Client.parked(proxy, hash(sid));
    }

    /** Alice asks for activation; returns the answer. */
    public Element activate(String sid) throws IOException {
        return activate(alice, sid, bob.jid());
    }

    /** Anybody asks for activation; returns the answer. */
    public static Element activate(RawXmpp requester, String sid, String target) throws IOException {
        return requester.ask(
                "set",
                XmppServer.PROXY,
                "<query xmlns='http://jabber.org/protocol/bytestreams' sid='" + sid + "'><activate>" + target
                        + "</activate></query>");
    }

    /** Both sockets and the activation. */
    public Stream open(String sid) throws IOException {
        Stream stream = new Stream(park(sid), park(sid));
        Element answer = activate(sid);
        if (!answer.getAttribute("type").equals("result")) {
            throw new IOException("not activated: " + Elements.text(answer));
        }
        return stream;
    }

    @Override
    public void close() throws IOException {
        alice.close();
        bob.close();
    }

    /** An active bytestream; a SOCKS5 socket does not say which party it is. */
    public record Stream(Socks5Client first, Socks5Client second) implements AutoCloseable {
        /** Whether a text arrives, each way. */
        public boolean carries(String there, String back) throws IOException {
            first.write(there);
            second.write(back);
            return second.readText(there.length()).equals(there)
                    && first.readText(back.length()).equals(back);
        }

        @Override
        public void close() throws IOException {
            first.close();
            second.close();
        }
    }
}

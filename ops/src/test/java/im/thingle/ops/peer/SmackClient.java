// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.ConnectionConfiguration.SecurityMode;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smackx.bytestreams.BytestreamRequest;
import org.jivesoftware.smackx.bytestreams.socks5.Socks5BytestreamManager;
import org.jivesoftware.smackx.bytestreams.socks5.Socks5BytestreamSession;
import org.jivesoftware.smackx.bytestreams.socks5.Socks5Proxy;
import org.jivesoftware.smackx.commands.AdHocCommandManager;
import org.jivesoftware.smackx.commands.RemoteCommand;
import org.jivesoftware.smackx.disco.packet.DiscoverItems;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.impl.JidCreate;

/**
 * A Smack client that offers no streamhost of its own, so that every byte goes through the proxy it discovered.
 * Confined to the test's thread.
 */
public final class SmackClient implements AutoCloseable {
    private static final Jid PROXY = JidCreate.fromOrThrowUnchecked(XmppServer.PROXY);

    static {
        Socks5Proxy.setLocalSocks5ProxyEnabled(false);
    }

    private final XMPPTCPConnection connection;
    private final BlockingQueue<BytestreamRequest> offers = new LinkedBlockingQueue<>();

    private SmackClient(XMPPTCPConnection connection) {
        this.connection = connection;
        bytestreams().addIncomingBytestreamListener(offers::add);
    }

    /** Logs in over loopback in the clear. */
    public static SmackClient login(int port, Account account) throws Exception {
        var connection = new XMPPTCPConnection(XMPPTCPConnectionConfiguration.builder()
                .setXmppDomain(account.domain())
                .setHostAddress(Loopback.at(port).getAddress())
                .setPort(port)
                .setUsernameAndPassword(account.user(), account.password())
                .setResource("smack")
                .setSecurityMode(SecurityMode.disabled)
                .build());
        connection.connect().login();
        return new SmackClient(connection);
    }

    public String jid() {
        return connection.getUser().toString();
    }

    /** Discovers the proxy, offers it, connects and activates. */
    public Socks5BytestreamSession open(String toFullJid) throws Exception {
        return bytestreams().establishSession(JidCreate.from(toFullJid));
    }

    /** Takes the next offer and connects to its streamhost. */
    public Socks5BytestreamSession accept() throws Exception {
        BytestreamRequest offer = offers.poll(Await.SOON.toSeconds(), TimeUnit.SECONDS);
        if (offer == null) {
            throw new AssertionError("nobody offered " + jid() + " a bytestream");
        }
        return (Socks5BytestreamSession) offer.accept();
    }

    /** The commands that Thingle lists for this client (XEP-0050 §2.2): nodes. */
    public List<String> commands() throws Exception {
        return manager().discoverCommands(PROXY).getItems().stream()
                .map(DiscoverItems.Item::getNode)
                .toList();
    }

    /** One of Thingle's commands, listed or not, not yet executed. */
    public RemoteCommand command(String node) {
        return manager().getRemoteCommand(PROXY, node);
    }

    private AdHocCommandManager manager() {
        return AdHocCommandManager.getAddHocCommandsManager(connection);
    }

    private Socks5BytestreamManager bytestreams() {
        return Socks5BytestreamManager.getBytestreamManager(connection);
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}

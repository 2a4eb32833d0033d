// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.net.Acceptor;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.StreamSockets;
import im.thingle.relay.net.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The listening socket of a TCP allocation's relayed address (RFC 6062 §5.1). It is there before the allocation is, and
 * accepts nobody until then. Confined to its event loop.
 */
final class PeerListener implements Acceptor.Listener {
    private final Acceptor acceptor;
    private PeerSet peers;

    PeerListener(Transport transport, InetSocketAddress address) throws IOException {
        acceptor = StreamSockets.listen(transport, address, this);
    }

    /** From now on peers are accepted, for {@code owner}. */
    void start(PeerLoop on, PeerSet owner) {
        peers = owner;
        acceptor.start(on.loop());
    }

    InetSocketAddress localAddress() {
        return acceptor.localAddress();
    }

    @Override
    public void accepted(StreamSocket socket) {
        peers.accepted(socket);
    }

    @Override
    public void outOfDescriptors() {
        peers.outOfDescriptors();
    }

    void close() {
        acceptor.close();
    }
}

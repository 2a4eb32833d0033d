// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.net.TlsStreamSocket;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.FiveTuple;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A connection before its first message: reads the PROXY header where there must be one, then a single byte, which
 * tells TLS from plain STUN (RFC 7983 has the ranges). Confined to its event loop.
 */
final class StreamGreeting implements StreamSocket.Listener, StreamGuest {
    /** The content type of a TLS handshake record, RFC 8446 §5.1. */
    private static final byte TLS_HANDSHAKE = 22;

    private final TurnShard shard;
    private final StreamSocket socket;
    private final StreamPlaces.Place place;
    private final boolean tlsOnly;
    private final long startNanos;
    private InetSocketAddress client;
    private ProxyHeader header;
    private boolean over;

    StreamGreeting(
            TurnShard shard, StreamSocket socket, StreamPlaces.Place place, boolean proxied, boolean tlsOnly) {
        this.shard = shard;
        this.socket = socket;
        this.place = place;
        this.tlsOnly = tlsOnly;
        startNanos = shard.now();
        client = socket.remoteAddress();
        header = proxied ? new ProxyHeader() : null;
    }

    @Override
    public void onReady(boolean readable, boolean writable, boolean hangUp) {
        ByteBuffer scratch = shard.streams().scratch();
        try {
            while (readable && !over) {
                int got = socket.read(scratch.clear().limit(header == null ? 1 : header.wanted()));
                if (got == 0) {
                    return;
                }
                if (got < 0) {
                    end();
                } else if (header == null) {
                    first(scratch.flip());
                } else {
                    step(header.onBytes(scratch.flip()));
                }
            }
        } catch (IOException gone) {
            end();
        }
    }

    @Override
    public void onFault(Throwable bug) {
        shard.events().bug("first bytes of " + client, bug);
        end();
    }

    @Override
    public long deadlineNanos() {
        return startNanos + shard.settings().streams().firstMessage().toNanos();
    }

    @Override
    public void expire() {
        refuse(StreamRefusal.NO_MESSAGE_IN_TIME);
    }

    @Override
    public void end() {
        if (!over) {
            over = true;
            shard.streams().remove(this);
            place.close();
            socket.close();
        }
    }

    private void step(ProxyHeader.Step step) {
        if (step == ProxyHeader.Step.MALFORMED) {
            refuse(StreamRefusal.PROXY_HEADER_MALFORMED);
        } else if (step == ProxyHeader.Step.DONE) {
            if (header.source() != null) {
                client = header.source();
            }
            header = null;
            if (!place.assign(client.getAddress(), shard.now())) {
                refuse(StreamRefusal.CONNECTIONS_PER_ADDRESS);
            }
        }
    }

    private void first(ByteBuffer one) {
        if (one.get(0) != TLS_HANDSHAKE) {
            if (tlsOnly) {
                refuse(StreamRefusal.TLS_REQUIRED);
            } else {
                become(socket, ClientTransport.TCP, new byte[] {one.get(0)});
            }
            return;
        }
        SslContext context = shard.shared().certificates().tls();
        if (context == null) {
            refuse(StreamRefusal.NO_CERTIFICATE);
            return;
        }
        become(TlsStreamSocket.over(socket, shard.loop(), context, one), ClientTransport.TLS, new byte[0]);
    }

    private void become(StreamSocket from, ClientTransport transport, byte[] early) {
        over = true;
        FiveTuple tuple = new FiveTuple(transport, SocketAddresses.of(client), SocketAddresses.of(from.localAddress()));
        StreamPath path = new StreamPath(shard, from, tuple, place, startNanos);
        shard.streams().replace(this, path);
        path.start(early);
    }

    private void refuse(StreamRefusal why) {
        if (!over) {
            end();
            shard.events().refusedStream(why, client, "");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.io.IOException;
import java.net.BindException;

/** Opens datagram sockets with their options. Confined to its event loop. */
final class SocketOpener {
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_REUSEPORT = 15;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_RECVERR = 11;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_RECVERR = 25;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_DONTFRAG = 62;
    private static final int PMTUDISC_DONT = 0;
    private static final int PMTUDISC_DO = 2;
    private static final int EACCES = 13;

    private final SocketCalls calls;
    private final Memory name;

    SocketOpener(SocketCalls calls) throws IOException {
        this.calls = calls;
        this.name = Memory.map(calls, Sockaddr.ROOM);
    }

    void free() {
        name.free(calls);
    }

    /** A bound socket's descriptor. */
    int open(TransportAddress bind, Options options) throws IOException {
        int socket = calls.socket(Sockaddr.family(bind.family()));
        if (socket < 0) {
            throw new IOException("no socket: " + Errno.text(-socket));
        }
        configure(socket, bind.family(), options);
        Sockaddr.write(name, 0, bind);
        int bound = calls.bind(socket, name.at(0), Sockaddr.length(bind.family()));
        if (bound < 0) {
            calls.close(socket);
            String what = "cannot bind port " + bind.port() + ": " + Errno.text(-bound);
            boolean address = bound == -Errno.EADDRINUSE || bound == -Errno.EADDRNOTAVAIL || bound == -EACCES;
            throw address ? new BindException(what) : new IOException(what);
        }
        return socket;
    }

    TransportAddress localAddress(int socket) {
        calls.localName(socket, name.at(0), Sockaddr.ROOM);
        return Sockaddr.read(name, 0);
    }

    /** Whether what is sent from now on may be fragmented. */
    void dontFragment(int socket, Family family, boolean dont) {
        if (family == Family.IPV4) {
            calls.option(socket, IPPROTO_IP, IP_MTU_DISCOVER, dont ? PMTUDISC_DO : PMTUDISC_DONT);
        } else {
            calls.option(socket, IPPROTO_IPV6, IPV6_DONTFRAG, dont ? 1 : 0);
        }
    }

    // What a kernel does not know of these does not keep a relay from working.
    private void configure(int socket, Family family, Options options) {
        if (family == Family.IPV6) {
            calls.option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
        }
        if (options.reusePort()) {
            calls.option(socket, SOL_SOCKET, SO_REUSEPORT, 1);
        }
        if (options.receiveErrors()) {
            boolean ipv4 = family == Family.IPV4;
            calls.option(socket, ipv4 ? IPPROTO_IP : IPPROTO_IPV6, ipv4 ? IP_RECVERR : IPV6_RECVERR, 1);
        }
        if (options.receiveBufferBytes() > 0) {
            calls.option(socket, SOL_SOCKET, SO_RCVBUF, options.receiveBufferBytes());
        }
        if (options.sendBufferBytes() > 0) {
            calls.option(socket, SOL_SOCKET, SO_SNDBUF, options.sendBufferBytes());
        }
        dontFragment(socket, family, options.dontFragment());
    }
}

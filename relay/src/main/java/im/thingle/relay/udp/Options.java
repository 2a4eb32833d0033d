// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

/**
 * How a socket is opened. Immutable.
 *
 * @param reusePort several sockets, one for each loop, may have the address; the kernel spreads the senders over them
 * @param dontFragment routers may not fragment what is sent (IPv4 DF); else they may
 * @param receiveErrors ICMP errors are wanted ({@link Receiver#onError})
 * @param receiveBufferBytes what the kernel may keep for us; 0: its default
 * @param sendBufferBytes what the kernel may keep of ours; 0: its default
 */
public record Options(
        boolean reusePort, boolean dontFragment, boolean receiveErrors, int receiveBufferBytes, int sendBufferBytes) {
    /** For a socket that serves all clients of a loop. */
    public static final Options LISTENER = new Options(true, false, false, 4 << 20, 4 << 20);

    /** For the relayed address of one allocation: it may burst while the loop is busy elsewhere. */
    public static final Options RELAY = new Options(false, false, true, 1 << 20, 0);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

import im.thingle.stun.attribute.TransportAddress;
import java.io.IOException;

/**
 * Reads what the kernel has to tell about datagrams that did not arrive (IP_RECVERR). Confined to its event loop.
 *
 * <pre>
 *  sock_extended_err  0 errno (4)  4 origin  5 type  6 code  8 info (4): the MTU, for those that are about it
 * </pre>
 */
final class ErrorQueue {
    private static final int AT_A_TIME = 64;
    private static final int ROOM = 2048;
    private static final int CONTROL_LENGTH = MessageArray.CONTROL_DATA + 16;
    private static final int IP_RECVERR = 11;
    private static final int IPV6_RECVERR = 25;
    private static final int FROM_THIS_MACHINE = 1;
    private static final int FROM_ICMP = 2;
    private static final int FROM_ICMPV6 = 3;
    // "fragmentation needed" and "packet too big" (RFC 792, RFC 4443 §3.2)
    private static final int UNREACHABLE = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int PACKET_TOO_BIG = 2;

    private final SocketCalls calls;
    private final MessageArray array;
    private final Memory quoted;

    ErrorQueue(SocketCalls calls) throws IOException {
        this.calls = calls;
        array = new MessageArray(calls, 1, 1);
        quoted = Memory.map(calls, ROOM);
        array.vector(0, quoted.at(0), ROOM);
        array.vectors(0, 0, 1);
        array.name(0, array.memory().at(array.nameOffset(0)), Sockaddr.ROOM);
        array.control(0, MessageArray.CONTROL_ROOM);
    }

    void free() {
        array.free(calls);
        quoted.free(calls);
    }

    /** Tells the receiver of what stands in the queue, within bounds; what is left makes the socket ready again. */
    void drain(NativeDatagramSocket socket) {
        for (int i = 0; i < AT_A_TIME && socket.isOpen(); i++) {
            array.prepareToReceive(0);
            if (calls.receiveError(socket.descriptor(), array.at(0)) < 0) {
                return;
            }
            if (array.controlLength(0) >= CONTROL_LENGTH) {
                tell(socket);
            }
        }
    }

    private void tell(NativeDatagramSocket socket) {
        Memory memory = array.memory();
        int control = array.controlOffset(0);
        int type = memory.getInt(control + 12);
        if (type != IP_RECVERR && type != IPV6_RECVERR) {
            return;
        }
        int error = control + MessageArray.CONTROL_DATA;
        int origin = memory.getByte(error + 4);
        int info = memory.getInt(error + 8);
        try {
            TransportAddress peer = Sockaddr.read(memory, array.nameOffset(0));
            if (origin == FROM_ICMP || origin == FROM_ICMPV6) {
                int icmpType = Byte.toUnsignedInt(memory.getByte(error + 5));
                int icmpCode = Byte.toUnsignedInt(memory.getByte(error + 6));
                socket.receiver().onError(socket, peer, icmpType, icmpCode, info);
            } else if (origin == FROM_THIS_MACHINE && memory.getInt(error) == Errno.EMSGSIZE) {
                // the path is known to be too narrow, so the router that said so is not asked again
                boolean ipv4 = type == IP_RECVERR;
                socket.receiver().onError(
                        socket, peer, ipv4 ? UNREACHABLE : PACKET_TOO_BIG, ipv4 ? FRAGMENTATION_NEEDED : 0, info);
            }
        } catch (RuntimeException | Error bug) {
            socket.receiver().onFault(socket, bug);
        }
    }
}

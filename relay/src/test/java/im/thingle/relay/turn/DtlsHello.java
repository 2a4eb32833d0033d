// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** The first flights of a handshake, by hand (RFC 6347 §4.2). */
final class DtlsHello {
    /**
     * Groups x25519 and secp256r1; signatures by ECDSA and RSA with SHA-256; uncompressed points; secure renegotiation.
     */
    private static final byte[] EXTENSIONS =
            HexFormat.of().parseHex("000a00060004001d0017" + "000d0006000404030401" + "000b00020100" + "ff01000100");
    private static final int HEADERS = 13 + 12;

    private DtlsHello() {}

    /** A ClientHello with this number and this cookie. */
    static byte[] bytes(int number, byte[] cookie) {
        int body = 2 + 32 + 1 + 1 + cookie.length + 2 + 4 + 2 + 2 + EXTENSIONS.length;
        ByteBuffer hello = ByteBuffer.allocate(HEADERS + body);
        int sequence = cookie.length == 0 ? 0 : 1;
        hello.put((byte) 22).putShort((short) 0xFEFD).putShort((short) 0).putShort((short) 0).putInt(sequence);
        hello.putShort((short) (12 + body));
        hello.putInt(1 << 24 | body).putShort((short) sequence).putInt(0).putShort((short) body);
        hello.putShort((short) 0xFEFD).putInt(number).position(hello.position() + 28);
        hello.put((byte) 0).put((byte) cookie.length).put(cookie);
        hello.putShort((short) 4).putShort((short) 0xC02B).putShort((short) 0xC02F);
        hello.putShort((short) 0x0100).putShort((short) EXTENSIONS.length).put(EXTENSIONS);
        return hello.array();
    }

    /** What the server answers. */
    static byte[] exchange(DatagramSocket socket, InetSocketAddress server, byte[] hello) throws IOException {
        socket.send(new DatagramPacket(hello, hello.length, server));
        DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
        socket.setSoTimeout(Wire.PATIENCE_MILLIS);
        socket.receive(answer);
        return Arrays.copyOf(answer.getData(), answer.getLength());
    }

    /** The cookie in a HelloVerifyRequest. */
    static byte[] cookie(byte[] answer) {
        return Arrays.copyOfRange(answer, HEADERS + 3, answer.length);
    }
}

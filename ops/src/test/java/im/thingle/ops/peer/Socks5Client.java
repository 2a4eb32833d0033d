// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SOCKS5 socket as a client of XEP-0065 uses it (RFC 1928 §3–6), with every byte in the test's hand. Confined to
 * the test's thread, but one other thread may read.
 */
public final class Socks5Client implements AutoCloseable {
    /** Version 5, one method: no authentication. */
    public static final byte[] GREETING = {5, 1, 0};

    /** Version 5, no authentication chosen. */
    public static final byte[] CHOICE = {5, 0};

    private static final String ANYWHERE = "0.0.0.0";

    private final Socket socket = new Socket();

    /** Connects, nothing more. */
    public Socks5Client(InetSocketAddress proxy) throws IOException {
        this(ANYWHERE, proxy);
    }

    private Socks5Client(String source, InetSocketAddress proxy) throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
        socket.setSoTimeout((int) Await.SOON.toMillis());
        socket.setTcpNoDelay(true);
        socket.connect(proxy, (int) Await.SOON.toMillis());
    }

    /** Connects and parks under the hash. */
    public static Socks5Client parked(InetSocketAddress proxy, String hash) throws IOException {
        return parkedFrom(ANYWHERE, proxy, hash);
    }

    /** The same from another address of this machine. */
    static Socks5Client parkedFrom(String source, InetSocketAddress proxy, String hash) throws IOException {
        Socks5Client client = new Socks5Client(source, proxy);
        client.write(GREETING);
        client.read(CHOICE.length);
        client.write(request(hash));
        byte[] reply = client.read(request(hash).length);
        if (reply[1] != 0) {
            throw new IOException("the proxy refused: " + HexFormat.of().formatHex(reply));
        }
        return client;
    }

    /** DST.ADDR of a bytestream (XEP-0065 §5.3.2). */
    public static String hash(String sid, String requester, String target) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((sid + requester + target).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** CONNECT to the hash as a domain name, port 0. */
    public static byte[] request(String hash) {
        return message(1, hash);
    }

    /** "Succeeded", with BND.ADDR and BND.PORT equal to what was asked for. */
    public static byte[] reply(String hash) {
        return message(0, hash);
    }

    private static byte[] message(int commandOrReply, String hash) {
        byte[] name = hash.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(7 + name.length)
                .put(new byte[] {5, (byte) commandOrReply, 0, 3, (byte) name.length})
                .put(name)
                .put(new byte[] {0, 0})
                .array();
    }

    public void write(byte... bytes) throws IOException {
        out().write(bytes);
    }

    public void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Exactly so many bytes. */
    public byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        new DataInputStream(in()).readFully(bytes);
        return bytes;
    }

    public String readText(int length) throws IOException {
        return new String(read(length), StandardCharsets.UTF_8);
    }

    /** All that comes until the end of file. */
    public String readToTheEnd() throws IOException {
        return new String(in().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** -1 at the end of file; an exception when the other side reset the connection. */
    public int read() throws IOException {
        return in().read();
    }

    /** Whether the next read would have to wait. */
    public boolean isSilent() throws IOException {
        return in().available() == 0;
    }

    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    /** Sends FIN and can still read. */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Sends RST. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

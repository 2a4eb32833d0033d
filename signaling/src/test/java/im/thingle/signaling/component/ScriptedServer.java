// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static im.thingle.signaling.Xml.HEADER;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The server side of component links, played step by step by a test; each wait ends after ten seconds at the latest.
 */
final class ScriptedServer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final ServerSocket listener;

    ScriptedServer() throws IOException {
        this(new ServerSocket());
    }

    ScriptedServer(ServerSocket listener) throws IOException {
        this.listener = listener;
        listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        listener.setSoTimeout(PATIENCE_MILLIS);
    }

    int port() {
        return listener.getLocalPort();
    }

    Peer accept() throws IOException {
        Socket socket = listener.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new Peer(socket);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** One accepted connection. */
    record Peer(Socket socket) implements AutoCloseable {
        /** Lets proxy.example.org in, whose secret is "test" (XEP-0114 §3, with the id of its example). */
        void handshake() throws IOException {
            assertThat(readTo("to='proxy.example.org'>")).startsWith("<?xml version='1.0'?><stream:stream ");
            write(HEADER);
            assertThat(readTo("</handshake>"))
                    .isEqualTo("<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>");
            write("<handshake/>");
        }

        /** Sends a request and reads its answer up to and including {@code end}. */
        String ask(String request, String end) throws IOException {
            write(request);
            return readTo(end);
        }

        /** Reads up to and including {@code end}. */
        String readTo(String end) throws IOException {
            StringBuilder read = new StringBuilder();
            while (read.length() < end.length() || !read.substring(read.length() - end.length()).equals(end)) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    throw new EOFException("the component closed after: " + read);
                }
                read.append((char) b);
            }
            return read.toString();
        }

        void readToEnd() throws IOException {
            socket.getInputStream().readAllBytes();
        }

        void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

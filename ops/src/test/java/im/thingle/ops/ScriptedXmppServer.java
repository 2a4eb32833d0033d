// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

/** Accepts one component (XEP-0114 §3) whatever its secret, on loopback. */
final class ScriptedXmppServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    ScriptedXmppServer() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        try (var socket = listener.accept()) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            readUntil(in, "<stream:stream", ">");
            write(socket.getOutputStream(), "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
                    + " xmlns:stream='http://etherx.jabber.org/streams' from='proxy.localhost' id='s1'>");
            readUntil(in, "<handshake", "</handshake>");
            write(socket.getOutputStream(), "<handshake/>");
            while (in.read() >= 0) {
                // until the component leaves
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private static void readUntil(BufferedReader in, String first, String then) throws IOException {
        var seen = new StringBuilder();
        while (seen.indexOf(first) < 0 || seen.indexOf(then, seen.indexOf(first)) < 0) {
            var next = in.read();
            if (next < 0) {
                throw new IOException("the component left early");
            }
            seen.append((char) next);
        }
    }

    private static void write(java.io.OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Accepts one component (XEP-0114 §3) whatever its secret, on loopback, and passes on what a test says. */
final class ScriptedXmppServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<OutputStream> component = new CompletableFuture<>();
    private final BlockingQueue<Character> received = new LinkedBlockingQueue<>();

    ScriptedXmppServer() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    /** Sends a stanza to the component; returns everything it says from now on up to this text. */
    String ask(String stanza, String until) throws Exception {
        write(component.get(PATIENCE_SECONDS, TimeUnit.SECONDS), stanza);
        var answer = new StringBuilder();
        while (answer.indexOf(until) < 0) {
            var next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no " + until + " in: " + answer);
            }
            answer.append(next.charValue());
        }
        return answer.toString();
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
            component.complete(socket.getOutputStream());
            for (var next = in.read(); next >= 0; next = in.read()) {
                received.add((char) next);
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

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

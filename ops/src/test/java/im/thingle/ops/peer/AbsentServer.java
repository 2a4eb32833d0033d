// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

/** Nobody listens where the XMPP server should be: TURN serves all the same. Immutable. */
record AbsentServer(int clientPort, int componentPort) implements XmppServer {
    AbsentServer() {
        this(Loopback.freePort(), Loopback.freePort());
    }

    @Override
    public String boshUrl() {
        return "http://localhost:" + clientPort + "/http-bind";
    }

    @Override
    public String webSocketUrl() {
        return "ws://localhost:" + clientPort + "/xmpp-websocket";
    }

    @Override
    public void start() {}

    @Override
    public void kill() {}

    @Override
    public void close() {}
}

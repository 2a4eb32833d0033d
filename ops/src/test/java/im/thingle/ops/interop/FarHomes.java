// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.NatNetwork;
import im.thingle.ops.peer.SlixmppFile;
import im.thingle.ops.peer.XmppServer;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Prosody and Thingle on the server of a {@link NatNetwork}, and clients in its homes. Confined to the test's thread.
 */
final class FarHomes implements AutoCloseable {
    /** How each knows the other: as who he is. */
    static final UnaryOperator<String> DIRECTLY = UnaryOperator.identity();
    /** As a contact behind the gateway. */
    static final UnaryOperator<String> BROKERED = jid -> jid.replace("@", "\\40") + "@" + XmppServer.PROXY;

    private static final int STUN_PORT = 3478;

    private final NatNetwork network = NatNetwork.make();
    private final Deployment deployment;

    FarHomes() {
        try {
            deployment = Deployment.on(network.server(), NatNetwork.SERVER, """
                    thingle.gateway.enabled = on
                    thingle.turn { enabled = on, realm = "example.org", shared-secret = "a-secret-for-calls"
                      udp = ["%1$s:%2$d"], tcp = [], tls = [], dtls = [], allow-peers = ["%3$s"] }
                    """.formatted(NatNetwork.SERVER, STUN_PORT, NatNetwork.PUBLIC));
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    NatNetwork network() {
        return network;
    }

    Deployment deployment() {
        return deployment;
    }

    /** Where clients learn their address. */
    String stun() {
        return NatNetwork.SERVER + ":" + STUN_PORT;
    }

    SlixmppFile alice(String script, String role, UnaryOperator<String> how, List<String> options) {
        String contact = how.apply(Account.BOB.bareJid());
        return SlixmppFile.at(network.alice(), script, role, deployment.server(), Account.ALICE, NatNetwork.ALICE,
                contact, options);
    }

    SlixmppFile bob(String script, String role, UnaryOperator<String> how, List<String> options) {
        String contact = how.apply(Account.ALICE.bareJid());
        return SlixmppFile.at(network.bob(), script, role, deployment.server(), Account.BOB, NatNetwork.BOB, contact,
                options);
    }

    /** What Thingle's log says of a session when it is over. */
    String ended() {
        return deployment.thingle().child().await("session ended .*").group();
    }

    @Override
    public void close() {
        try {
            deployment.close();
        } finally {
            network.close();
        }
    }
}

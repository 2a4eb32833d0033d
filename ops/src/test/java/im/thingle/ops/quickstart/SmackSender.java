// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.quickstart;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Payload;
import im.thingle.ops.peer.SmackClient;
import java.io.OutputStream;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The sender of {@code ops/quickstart}: Smack, which discovers the proxy and sends one made-up file through it. */
final class SmackSender {
    private SmackSender() {}

    /**
     * Arguments: the XMPP server's port, the receiver's full JID, the size in bytes. Prints {@code sent BYTES
     * SHA256}.
     */
    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("org.jivesoftware").setLevel(Level.SEVERE);
        Payload payload = new Payload(Long.parseLong(arguments[2]), 1);
        try (SmackClient client = SmackClient.login(Integer.parseInt(arguments[0]), Account.ALICE);
                OutputStream out = client.open(arguments[1]).getOutputStream()) {
            System.out.println("sent " + payload.size() + " " + payload.writeTo(out, bytes -> {}));
        }
    }
}

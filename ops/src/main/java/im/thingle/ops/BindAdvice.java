// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import java.io.IOException;
import java.util.Locale;

/** What an operator can do when an address cannot be bound. */
final class BindAdvice {
    private BindAdvice() {}

    static String of(IOException failure) {
        var message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("in use")) {
            return "another process holds the port, perhaps another Thingle or the XMPP server's own proxy;"
                    + " `ss -lntup` names it";
        }
        if (message.contains("permission") || message.contains("denied")) {
            return "ports below 1024 need CAP_NET_BIND_SERVICE (AmbientCapabilities in systemd);"
                    + " a port above 1023 needs nothing";
        }
        if (message.contains("cannot assign") || message.contains("not available")) {
            return "this machine has no such address; `ip address` lists those it has. Behind NAT listen on"
                    + " \"[::]:PORT\" and put the outside address into public-addresses";
        }
        return "check the address in the configuration";
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** coturn's command line clients. Safe from any thread. */
public final class Turnutils {
    private Turnutils() {}

    /** A peer that sends back whatever UDP brings to this port of 127.0.0.1 and ::1. */
    public static Child peer(int port) {
        String number = Integer.toString(port);
        return Child.start(
                "turnutils_peer",
                List.of("turnutils_peer", "-L", "127.0.0.1", "-L", "::1", "-p", number),
                Map.of());
    }

    /** Ends with status 0 and prints how many messages were lost. The server's port is among the options. */
    public static Child client(String server, List<String> options) {
        List<String> command = new ArrayList<>(List.of("turnutils_uclient"));
        command.addAll(options);
        command.add(server);
        return Child.start("turnutils_uclient " + String.join(" ", options), command, Map.of());
    }

    /** Finds out what kind of NAT stands between it and the server (RFC 5780): on loopback none. */
    public static Child natDiscovery(String server, int port) {
        List<String> command =
                List.of("turnutils_natdiscovery", "-m", "-f", "-p", Integer.toString(port), server);
        return Child.start("turnutils_natdiscovery", command, Map.of());
    }
}

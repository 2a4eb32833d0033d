// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.util.ArrayList;
import java.util.List;

/**
 * The internet, small: a server with a public address, and two homes with one machine each behind a NAT that gives each
 * connection a port of its own, by chance (address- and port-dependent mapping and filtering, RFC 4787 §4.1 and §5).
 * Each machine is a {@link Host}; no packet leaves them. Confined to the test's thread.
 *
 * <pre>
 *   alice 192.168.17.23 -- NAT 203.0.113.1 --+-- NAT 203.0.113.2 -- 10.20.30.42 bob
 *                                            |
 *                                  server 203.0.113.77
 * </pre>
 */
public final class NatNetwork implements AutoCloseable {
    public static final String SERVER = "203.0.113.77";
    public static final String ALICE = "192.168.17.23";
    public static final String ALICES_NAT = "203.0.113.1";
    public static final String BOB = "10.20.30.42";
    public static final String BOBS_NAT = "203.0.113.2";
    /** What all have that is public, which Thingle must be told: it is a network of documentation. */
    public static final String PUBLIC = "203.0.113.0/24";

    /** Where a machine is linked with the others. */
    static final String DEVICE = "eth0";

    private static final String MASQUERADE = """
            table ip nat {
              chain out {
                type nat hook postrouting priority srcnat
                oifname "out" masquerade fully-random
              }
            }
            """;

    private final List<Host> hosts = new ArrayList<>();
    private final Host street;
    private final Host server;
    private final Home alice;
    private final Home bob;

    /** A machine, and the NAT that it is behind. */
    private record Home(Host machine, Host nat, String network, String outside) {}

    private NatNetwork() {
        street = add(Host.make("street"));
        try {
            street.ip("link add street type bridge", "link set street up");
            server = add(street.beside("the server"));
            plug(server, DEVICE, SERVER);
            alice = home("alice", ALICE, ALICES_NAT);
            bob = home("bob", BOB, BOBS_NAT);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    public static NatNetwork make() {
        return new NatNetwork();
    }

    public Host server() {
        return server;
    }

    public Host alice() {
        return alice.machine;
    }

    public Host bob() {
        return bob.machine;
    }

    /** From now on there is no NAT: whoever is behind one is reached at the address that he has. */
    public void open() {
        open(alice, bob);
        open(bob, alice);
    }

    private void open(Home home, Home other) {
        home.nat.nft("flush ruleset");
        home.nat.ip("route add " + other.network + " via " + other.outside);
        server.ip("route add " + home.network + " via " + home.outside);
    }

    private Home home(String name, String address, String outside) {
        Host nat = add(street.beside(name + "'s NAT"));
        plug(nat, "out", outside);
        Host machine = add(street.beside(name));
        nat.link("in", machine, DEVICE);
        String network = address.substring(0, address.lastIndexOf('.'));
        nat.ip("address add " + network + ".1/24 dev in");
        nat.forward();
        nat.nft(MASQUERADE);
        machine.ip("address add " + address + "/24 dev " + DEVICE, "route add default via " + network + ".1");
        return new Home(machine, nat, network + ".0/24", outside);
    }

    /** Links a machine with the street. */
    private void plug(Host host, String device, String address) {
        String port = "port" + hosts.size();
        street.link(port, host, device);
        street.ip("link set " + port + " master street");
        host.ip("address add " + address + "/24 dev " + device);
    }

    private Host add(Host host) {
        hosts.add(host);
        return host;
    }

    @Override
    public void close() {
        hosts.forEach(Host::close);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

import im.thingle.ops.account.CredentialCheck;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnCredentials;
import im.thingle.ops.probe.TurnTrial;
import im.thingle.ops.probe.Via;
import im.thingle.ops.wiring.CallUris;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.uri.StunUri;
import io.netty.util.NetUtil;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whether the configuration accepts credentials, and then tries them at the running server: first where clients
 * are told to go, then, if nobody answers there, on this machine itself. Blocks. Confined to the main thread.
 */
final class CredentialsTrial {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Settings settings;
    private final PastedCredentials pasted;
    private final PrintWriter out;

    CredentialsTrial(Settings settings, PastedCredentials pasted, PrintWriter out) {
        this.settings = settings;
        this.pasted = pasted;
        this.out = out;
    }

    Exit run(TurnCredentials credentials, Instant now) {
        var verdict = new CredentialCheck(credentials.secrets(), credentials.users())
                .of(pasted.username(), pasted.password(), now);
        print("username", pasted.username());
        print("verdict", (verdict.accepted() ? "accepted: " : "not accepted: ") + verdict.text());
        var exit = tryServers(verdict.accepted());
        return verdict.accepted() ? exit : Exit.REFUSED;
    }

    /** By each way that clients have; whoever is refused by one is refused by all. */
    private Exit tryServers(boolean accepted) {
        var exits = new ArrayList<Exit>();
        for (var via : Via.values()) {
            var servers = servers(via);
            if (!servers.isEmpty()) {
                exits.add(tryServers(via, servers, accepted));
            }
            if (exits.contains(Exit.REFUSED)) {
                return Exit.REFUSED;
            }
        }
        if (exits.isEmpty()) {
            print("server", "not tried: nothing listens on UDP, TCP or TLS with a port of its own; write"
                    + " thingle.turn.udp");
            return Exit.UNAVAILABLE;
        }
        return exits.stream().filter(exit -> exit != Exit.OK).findFirst().orElse(Exit.OK);
    }

    private Exit tryServers(Via via, Set<InetSocketAddress> servers, boolean accepted) {
        var exit = Exit.UNAVAILABLE;
        var outer = true;
        for (var server : servers) {
            print("server", NetUtil.toSocketAddressString(server.getHostString(), server.getPort()) + " over " + via);
            var outcome = TurnTrial.run(via, server, pasted.username(), pasted.password(), PATIENCE);
            exit = report(via, outcome, accepted);
            if (!(outcome instanceof TurnTrial.Silent || outcome instanceof TurnTrial.Unreachable)) {
                return outer ? exit : onlyHere(via, exit);
            }
            outer = false;
        }
        return exit;
    }

    /** The server is fine, the way to it is not. */
    private Exit onlyHere(Via via, Exit exit) {
        print("", "it answers on this machine only: let " + protocol(via) + " through the firewall and NAT to it; if"
                + " your router does not lead you back to yourself, verify from elsewhere");
        return exit == Exit.OK ? Exit.UNAVAILABLE : exit;
    }

    private static String protocol(Via via) {
        return via == Via.UDP ? "UDP" : "TCP";
    }

    /** Where clients are told to go, and this machine itself. */
    private Set<InetSocketAddress> servers(Via via) {
        var scheme = via == Via.TLS ? StunUri.Scheme.TURNS : StunUri.Scheme.TURN;
        var servers = new LinkedHashSet<InetSocketAddress>();
        CallUris.of(settings).turn().stream()
                .map(StunUri::parse).flatMap(Optional::stream)
                .filter(uri -> uri.scheme() == scheme && protocol(via).equalsIgnoreCase(uri.transport()))
                .findFirst()
                .ifPresent(uri -> servers.add(new InetSocketAddress(uri.host(), uri.port())));
        listeners(via).stream()
                .filter(listener -> listener.getPort() != 0)
                .findFirst()
                .map(listener -> listener.getAddress().isAnyLocalAddress()
                        ? new InetSocketAddress("127.0.0.1", listener.getPort()) : listener)
                .ifPresent(servers::add);
        return servers;
    }

    private List<InetSocketAddress> listeners(Via via) {
        var listen = settings.turn().listen();
        return switch (via) {
            case UDP -> listen.udp();
            case TCP -> listen.tcp();
            case TLS -> listen.tls();
        };
    }

    private Exit report(Via via, TurnTrial.Outcome outcome, boolean accepted) {
        return switch (outcome) {
            case TurnTrial.Relayed(var relayed, var realm, var refresh, var objection) -> {
                print("allocate", "ok: relayed address " + NetUtil.toSocketAddressString(relayed));
                print("refresh", refresh == 0 ? "ok: given back"
                        : refresh < 0 ? "no answer; the allocation ends by itself" : "error " + refresh);
                printRealm(realm);
                if (!objection.isEmpty()) {
                    print("", "browsers do not trust its certificate: " + objection
                            + "; write thingle.turn.certificate");
                }
                if (!accepted) {
                    print("", "the running server takes what this configuration does not: restart it, or name its own"
                            + " file with --config");
                }
                yield Exit.OK;
            }
            case TurnTrial.Refused(var code, var realm) -> {
                print("allocate", "error " + code + reason(code) + advice(code, accepted));
                printRealm(realm);
                yield code == ErrorCode.UNAUTHENTICATED.code() ? Exit.REFUSED : Exit.UNAVAILABLE;
            }
            case TurnTrial.Silent() -> {
                print("allocate", "no answer within " + PATIENCE.toSeconds() + " s: does Thingle run there, and does"
                        + " the firewall let " + protocol(via) + " through?");
                yield Exit.UNAVAILABLE;
            }
            case TurnTrial.Unreachable(var why) -> {
                print("allocate", "not reached: " + why + "; does Thingle run there, with this configuration?");
                yield Exit.UNAVAILABLE;
            }
        };
    }

    private void printRealm(String realm) {
        if (!realm.equals(settings.turn().realm())) {
            print("", "its realm is " + realm + ", here it is " + settings.turn().realm()
                    + ": another server, or another configuration, is at work there");
        }
    }

    private static String reason(int code) {
        return Arrays.stream(ErrorCode.values()).filter(error -> error.code() == code)
                .map(error -> " " + error.reason()).findFirst().orElse("");
    }

    private static String advice(int code, boolean accepted) {
        return switch (code) {
            case 401 -> accepted
                    ? ": the running server has other secrets than this configuration; restart it, or name its own file"
                            + " with --config"
                    : ", as was to be expected";
            case 486 -> ": as many allocations as thingle.turn.limits allows; wait until calls end";
            case 508 -> ": no port is left of thingle.turn.relay-ports, or the server is about to stop";
            default -> "";
        };
    }

    private void print(String what, String text) {
        out.println("%-9s %s".formatted(what, text));
        out.flush();
    }
}

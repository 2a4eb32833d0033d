// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TlsMode;
import im.thingle.ops.config.XmppServer;
import im.thingle.relay.net.EventLoops;
import im.thingle.signaling.component.ComponentLink;
import im.thingle.signaling.component.ComponentSettings;
import im.thingle.signaling.component.Tls;
import im.thingle.signaling.port.SignalingEvents;
import im.thingle.signaling.port.Streamhost;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The links to all configured XMPP servers, joined to one relay. Safe from any thread. */
public final class ComponentLinks implements AutoCloseable {
    private static final int CLOSE_SECONDS = 2;

    private final List<ComponentLink> links;
    private final List<Streamhost> streamhosts;

    private ComponentLinks(List<ComponentLink> links, List<Streamhost> streamhosts) {
        this.links = links;
        this.streamhosts = streamhosts;
    }

    /** Begins to connect; a link that fails says so through {@code events} and tries again for ever. */
    public static ComponentLinks start(
            Settings settings, EventLoops loops, Offered offered, SignalingEvents events, String version) {
        var streamhosts = Streamhosts.of(settings.publicAddresses(), offered.bytestreams().addresses());
        var access = new AccessRules(settings.allow());
        var links = settings.xmpp().stream()
                .map(ComponentLinks::component)
                .map(component -> ComponentLink.create(component, loops.group(), loops.socketChannel(),
                        offered.ports(settings, component.jid(), streamhosts, access), events, version))
                .toList();
        links.forEach(ComponentLink::start);
        return new ComponentLinks(links, streamhosts);
    }

    /** Completes when the first of them is up. */
    public CompletableFuture<Void> firstUp() {
        return CompletableFuture.anyOf(links.stream().map(ComponentLink::ready).toArray(CompletableFuture[]::new))
                .thenAccept(up -> {});
    }

    /** What clients are told, for people. */
    public String announced() {
        return streamhosts.stream().map(ComponentLinks::text).collect(Collectors.joining(", "));
    }

    /** Leaves all servers; waits for at most a few seconds. */
    @Override
    public void close() {
        CompletableFuture.allOf(links.stream().map(ComponentLink::close).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(broken -> null)
                .join();
    }

    static ComponentSettings component(XmppServer server) {
        var tls = server.tls() == TlsMode.OFF ? Tls.off() : server.trust().map(Tls::direct).orElseGet(Tls::direct);
        return new ComponentSettings(server.host(), server.port(), server.jid(), server.secret(), tls,
                server.domains());
    }

    private static String text(Streamhost host) {
        return (host.host().contains(":") ? "[" + host.host() + "]" : host.host()) + ":" + host.port();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.bytestreams.BytestreamsHandler;
import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.disco.DiscoItems;
import im.thingle.signaling.info.EntityTime;
import im.thingle.signaling.info.LastActivity;
import im.thingle.signaling.info.Ping;
import im.thingle.signaling.info.SoftwareVersion;
import im.thingle.signaling.port.AccessPort;
import im.thingle.signaling.port.RelayPort;
import im.thingle.signaling.port.SignalingEvents;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one component connected to its server for ever and answers what is asked of it (XEP-0114, XEP-0030, XEP-0065).
 * A link that fails is made again, after a wait that grows; an answer that is ready only then goes out over the new link.
 * Safe from any thread.
 */
public final class ComponentLink {
    private static final Logger LOG = LoggerFactory.getLogger(ComponentLink.class);

    private final ComponentSettings settings;
    private final EventLoop loop;
    private final LinkConnector connector;
    private final SignalingEvents events;
    private final AtomicBoolean started = new AtomicBoolean();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile boolean up;

    // From here on: confined to the loop.
    private final PendingIqs pending = new PendingIqs();
    private final Backoff backoff = new Backoff(() -> ThreadLocalRandom.current().nextDouble());
    private final Set<String> bugsLogged = new HashSet<>();
    private final LinkHandler.Owner owner = new Owner();
    private final IqRouter router;
    private LinkHandler current;
    private boolean closing;

    private ComponentLink(ComponentSettings settings, EventLoop loop, LinkConnector connector, SignalingEvents events) {
        this.settings = settings;
        this.loop = loop;
        this.connector = connector;
        this.events = events;
        router = new IqRouter(settings.jid(), pending, new Answers());
    }

    /**
     * Makes a link that lives on one loop of the group.
     *
     * @param socketChannelClass the class that goes with the group: {@code EpollSocketChannel} or {@code NioSocketChannel}
     * @param softwareVersion what XEP-0092 tells
     * @throws IllegalArgumentException if the TLS trust file cannot be used
     */
    public static ComponentLink create(ComponentSettings settings, EventLoopGroup loops,
            Class<? extends Channel> socketChannelClass, RelayPort relay, AccessPort access, SignalingEvents events,
            String softwareVersion) {
        EventLoop loop = loops.next();
        ComponentLink link = new ComponentLink(settings, loop, new LinkConnector(settings, loop, socketChannelClass), events);
        link.serve(new BytestreamsHandler(settings.jid(), new RelayOnLoop(relay, loop), access), softwareVersion);
        return link;
    }

    /** Starts connecting; once. */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException(settings + " was started before");
        }
        loop.execute(this::connect);
    }

    /** Whether stanzas flow now. */
    public boolean isUp() {
        return up;
    }

    /** Done when the link is up for the first time; fails if it is closed before that. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /** Ends the stream in order and stays down; done when the connection is closed, within about two seconds. */
    public CompletableFuture<Void> close() {
        try {
            loop.execute(this::closeOnLoop);
        } catch (RejectedExecutionException e) {
            closed.complete(null);
        }
        return closed.copy();
    }

    private void serve(BytestreamsHandler bytestreams, String softwareVersion) {
        List<String> features = List.of(BytestreamsHandler.NAMESPACE, Ping.NAMESPACE, SoftwareVersion.NAMESPACE,
                LastActivity.NAMESPACE, EntityTime.NAMESPACE);
        router.onGet("query", DiscoInfo.NAMESPACE, "disco-info", new DiscoInfo(features))
                .onGet("query", DiscoItems.NAMESPACE, "disco-items", new DiscoItems())
                .onGet("query", BytestreamsHandler.NAMESPACE, "bytestreams-address", bytestreams::onGet)
                .onSet("query", BytestreamsHandler.NAMESPACE, "bytestreams-activate", bytestreams::onSet)
                .onGet("ping", Ping.NAMESPACE, "ping", new Ping())
                .onGet("query", SoftwareVersion.NAMESPACE, "version", new SoftwareVersion(softwareVersion))
                .onGet("query", LastActivity.NAMESPACE, "last-activity", new LastActivity(System::nanoTime))
                .onGet("time", EntityTime.NAMESPACE, "entity-time", new EntityTime(Instant::now));
    }

    private void connect() {
        if (!closing) {
            connector.connect(() -> new LinkHandler(settings, pending, owner), this::down);
        }
    }

    private void down(String reason, String advice) {
        current = null;
        up = false;
        if (closing) {
            return;
        }
        long retryInMillis = backoff.onDown(System.nanoTime());
        loop.schedule(this::connect, retryInMillis, TimeUnit.MILLISECONDS);
        events.linkDown(settings.jid(), settings.server(), reason, advice, retryInMillis);
    }

    private void closeOnLoop() {
        if (closing) {
            return;
        }
        closing = true;
        up = false;
        ready.completeExceptionally(new IllegalStateException(settings + " was closed before it was up"));
        if (current != null) {
            current.whenClosed().addListener(done -> closed.complete(null));
            current.close();
        } else {
            connector.cancel();
            closed.complete(null);
        }
    }

    /** What a link reports. Confined to its event loop. */
    private final class Owner implements LinkHandler.Owner {
        @Override
        public void connected(LinkHandler link) {
            current = link;
            if (closing) {
                link.close();
            }
        }

        @Override
        public void up() {
            backoff.onUp(System.nanoTime());
            up = true;
            events.linkUp(settings.jid(), settings.server());
            ready.complete(null);
        }

        @Override
        public void stanza(Element stanza) {
            router.onStanza(stanza);
        }

        @Override
        public void refused(Element start, String why) {
            router.onRefused(start, why);
        }

        @Override
        public void ended(LinkHandler link, String reason, String advice) {
            if (link == current) {
                down(reason, advice);
            }
        }
    }

    /** Where answers go. Confined to its event loop. */
    private final class Answers implements IqOutput {
        @Override
        public void send(Element stanza) {
            if (current != null && current.isUp()) {
                current.send(stanza);
            }
        }

        @Override
        public void answered(String what) {
            events.answered(what);
        }

        @Override
        public void refused(String what, StanzaError condition, String from, String why) {
            events.refused(what, condition.elementName(), from, why);
        }

        @Override
        public void bug(String what, RuntimeException fault) {
            if (bugsLogged.add(what + fault.getClass().getName())) {
                LOG.error("{}: the handler of {} requests broke; further faults of this kind are not logged; please report it",
                        settings, what, fault);
            }
        }
    }
}

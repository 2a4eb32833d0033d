// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.port.Ports;
import im.thingle.signaling.port.SignalingEvents;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/**
 * Keeps one component connected to its server for ever and has its services answer what is asked of it (XEP-0114).
 * A link that fails is made again, after a wait that grows; an answer that is ready only then goes out over the new link.
 * Safe from any thread.
 */
public final class ComponentLink {
    private static final long TICK_MILLIS = 1_000;

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
    private final LinkHandler.Owner owner = new Owner();
    private final Answers answers = new Answers();
    private final IqRouter router;
    private final Services services;
    private Future<?> ticking;
    private LinkHandler current;
    private boolean closing;

    /** @param services makes them, once, with what they may ask and what answers requests inside others */
    ComponentLink(ComponentSettings settings, EventLoop loop, LinkConnector connector, SignalingEvents events,
            BiFunction<Requests, IqRouter, List<Service>> services) {
        this.settings = settings;
        this.loop = loop;
        this.connector = connector;
        this.events = events;
        router = new IqRouter(settings.jid(), pending, answers);
        OwnRequests requests = new OwnRequests(
                settings.jid(), pending, answers, router, this::isLinked, System::nanoTime, loop::execute);
        this.services = new Services(services.apply(requests, router), router, answers);
    }

    /**
     * Makes a link that lives on one loop of the group.
     *
     * @param socketChannelClass the class that goes with the group: {@code EpollSocketChannel} or {@code NioSocketChannel}
     * @param softwareVersion what XEP-0092 tells
     * @throws IllegalArgumentException if the TLS trust file cannot be used
     */
    public static ComponentLink create(ComponentSettings settings, EventLoopGroup loops,
            Class<? extends Channel> socketChannelClass, Ports ports, SignalingEvents events, String softwareVersion) {
        EventLoop loop = loops.next();
        LinkConnector connector = new LinkConnector(settings, loop, socketChannelClass);
        return new ComponentLink(settings, loop, connector, events, (requests, router) ->
                new ServiceList(settings, PortsOnLoop.of(ports, loop, router), requests, router, events).all(softwareVersion));
    }

    /** Starts connecting; once. */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException(settings + " was started before");
        }
        loop.execute(this::begin);
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

    private void begin() {
        if (!closing) {
            ticking = loop.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
            connect();
        }
    }

    private void connect() {
        if (!closing) {
            connector.connect(() -> new LinkHandler(settings, pending, owner), this::down);
        }
    }

    private void tick() {
        long nowNanos = System.nanoTime();
        pending.onDeadline(nowNanos);
        services.onTick(nowNanos);
    }

    private void down(String reason, String advice) {
        current = null;
        notUp();
        if (closing) {
            return;
        }
        long retryInMillis = backoff.onDown(System.nanoTime());
        loop.schedule(this::connect, retryInMillis, TimeUnit.MILLISECONDS);
        events.linkDown(settings.jid(), settings.server(), reason, advice, retryInMillis);
    }

    private boolean isLinked() {
        return current != null && current.isUp();
    }

    private void notUp() {
        if (up) {
            up = false;
            services.onLinkDown();
        }
    }

    private void closeOnLoop() {
        if (closing) {
            return;
        }
        closing = true;
        if (up) {
            services.onLeaving();
        }
        notUp();
        if (ticking != null) {
            ticking.cancel(false);
        }
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
            services.onLinkUp();
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
            if (isLinked()) {
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
        public void turnedAway(String what, Element stanza, StanzaError condition, String why) {
            events.turnedAway(what, stanza.name(), condition.elementName(), stanza.attribute("from"),
                    stanza.attribute("to"), why);
        }

        @Override
        public void bug(String what, RuntimeException fault) {
            events.bug(what, fault);
        }
    }
}

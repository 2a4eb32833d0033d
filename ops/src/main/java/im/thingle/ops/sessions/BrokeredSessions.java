// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.sessions;

import im.thingle.ops.account.BareJid;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.SessionView.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The Jingle sessions that the gateways of all components broker now. Safe from any thread. */
public final class BrokeredSessions implements BrokerEvents {
    /** A link that has just gone down tells nobody of its sessions' end. */
    private static final int PATIENCE_SECONDS = 2;

    /**
     * One that has begun.
     *
     * @param end on both legs, if it is still there
     * @param over completes when nothing is left of it
     */
    public record Begun(BrokeredSession session, Instant since, Runnable end, CompletableFuture<Void> over) {
        /** As both parties see it, the initiator first, to whom it is charged; one alone who calls itself. */
        public List<SessionView> views(long bytes) {
            return BrokeredSessions.views(this, Optional.empty(), bytes, "");
        }

        /** Ends it; tells whether it was there, soon after it is not any more. */
        public void end(Consumer<Boolean> whenDone) {
            var was = !over.isDone();
            end.run();
            over.copy().completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS).thenRun(() -> whenDone.accept(was));
        }
    }

    private final LatelyEnded ended;
    private final InstantSource clock;
    private final Map<String, Begun> begun = new ConcurrentHashMap<>();

    /** @param ended is told of those that are over */
    public BrokeredSessions(LatelyEnded ended, InstantSource clock) {
        this.ended = ended;
        this.clock = clock;
    }

    public List<Begun> list() {
        return new ArrayList<>(begun.values());
    }

    public int size() {
        return begun.size();
    }

    /** Lets those that are there go on until the deadline; completes with how many were ended then. */
    public CompletableFuture<Integer> drain(Duration deadline) {
        var over = list().stream().map(Begun::over).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(over)
                .completeOnTimeout(null, deadline.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(done -> {
                    var left = list();
                    left.forEach(each -> each.end().run());
                    return left.size();
                });
    }

    @Override
    public void started(BrokeredSession session, Runnable end) {
        begun.put(session.id(), new Begun(session, now(), end, new CompletableFuture<>()));
    }

    @Override
    public void carries(BrokeredSession session, String first, String second) {}

    @Override
    public void ended(BrokeredSession session, String reason, String by, long bytes) {
        var gone = begun.remove(session.id());
        if (gone != null) {
            ended.add(views(gone, Optional.of(now()), bytes, reason));
            gone.over().complete(null);
        }
    }

    @Override
    public void bug(String where, Throwable fault) {}

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static List<SessionView> views(Begun begun, Optional<Instant> ended, long bytes, String reason) {
        var session = begun.session();
        var id = SessionIds.brokered(session.id());
        var kind = session.kind().equals("call") ? Kind.CALL : Kind.FILE;
        var initiator = BareJid.of(session.initiator());
        var responder = BareJid.of(session.responder());
        var first = new SessionView(id, kind, initiator, session.responder(), begun.since(), ended, bytes, reason);
        if (initiator.equals(responder)) {
            return List.of(first);
        }
        return List.of(first,
                new SessionView(id, kind, responder, session.initiator(), begun.since(), ended, bytes, reason));
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.sessions.BrokeredSessions;
import im.thingle.ops.sessions.BrokeredSessions.Begun;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.bytestream.BytestreamCommands;
import im.thingle.relay.media.CallCommands;
import im.thingle.relay.media.CallReport;
import im.thingle.relay.media.ChannelCommands;
import im.thingle.relay.media.ChannelReport;
import im.thingle.relay.socks5.StreamKey;
import im.thingle.relay.turn.AllocationCommands;
import im.thingle.signaling.port.SessionView;
import im.thingle.stun.turn.AllocationReport;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The files, calls and channels that run now, as the event loops that own them tell when somebody asks. Safe from any
 * thread.
 */
public final class ActiveSessions {
    /**
     * One of them.
     *
     * @param views as each of its parties sees it, whom it is charged to first
     */
    record Active(List<SessionView> views, Consumer<Consumer<Boolean>> end) {
        SessionView view() {
            return views.getFirst();
        }

        /** As this account sees it. */
        Optional<SessionView> viewOf(String account) {
            return views.stream().filter(view -> view.account().equals(account)).findFirst();
        }
    }

    /** The ways to all that may carry something. Safe from any thread. */
    public record Carriers(
            BytestreamCommands files,
            Optional<AllocationCommands> calls,
            Optional<ChannelCommands> channels,
            Optional<CallCommands> media) {}

    private final Carriers carriers;
    private final BrokeredSessions brokered;
    private final SessionViews views;

    public ActiveSessions(Carriers carriers, BrokeredSessions brokered, InstantSource clock) {
        this.carriers = carriers;
        this.brokered = brokered;
        views = new SessionViews(clock);
    }

    /** All, in no order; completes on some event loop. */
    CompletableFuture<List<Active>> all() {
        return known(Wanted.ALL);
    }

    /** Those that an account has a part in. The loops pick them: one user's question must not cost what all have. */
    CompletableFuture<List<Active>> of(String account) {
        return known(Wanted.of(account));
    }

    private CompletableFuture<List<Active>> known(Wanted wanted) {
        var sessions = brokered.list().stream().filter(each -> wanted.brokered(each.session())).toList();
        var streams = new CompletableFuture<List<StreamReport>>();
        var allocations = new CompletableFuture<List<AllocationReport>>();
        var relayed = new CompletableFuture<List<ChannelReport>>();
        var legs = new CompletableFuture<List<CallReport>>();
        carriers.files().list(wanted::files, streams::complete);
        carriers.calls().ifPresentOrElse(
                each -> each.list(wanted::user, allocations::complete), () -> allocations.complete(List.of()));
        carriers.channels().ifPresentOrElse(
                each -> each.list(wanted::channels, relayed::complete), () -> relayed.complete(List.of()));
        carriers.media().ifPresentOrElse(
                each -> each.list(wanted::media, legs::complete), () -> legs.complete(List.of()));
        return CompletableFuture.allOf(streams, allocations, relayed, legs).thenApply(done -> {
            var all = new ArrayList<Active>(active(sessions, streams.join(), legs.join()));
            allocations.join().forEach(allocation -> all.add(active(allocation)));
            relayed.join().forEach(channel -> all.add(active(channel)));
            return all;
        });
    }

    /** Streams and calls of a brokered session are told as that session. */
    private List<Active> active(List<Begun> sessions, List<StreamReport> streams, List<CallReport> legs) {
        var all = new ArrayList<Active>();
        var bytes = new HashMap<String, Long>();
        sessions.forEach(session -> bytes.put(session.session().id(), 0L));
        for (var stream : streams) {
            var session = stream.session();
            if (bytes.computeIfPresent(session, (id, sum) -> sum + SessionViews.bytes(stream)) == null) {
                all.add(active(stream));
            }
        }
        legs.forEach(call -> bytes.computeIfPresent(call.owner().session(), (id, sum) -> sum + call.bytes()));
        sessions.forEach(each -> all.add(new Active(each.views(bytes.get(each.session().id())), each::end)));
        return all;
    }

    private Active active(StreamReport stream) {
        return new Active(views.of(stream), whenDone -> carriers.files().end(StreamKey.parse(stream.hash()), whenDone));
    }

    private Active active(AllocationReport allocation) {
        return new Active(List.of(views.of(allocation)),
                whenDone -> carriers.calls().orElseThrow().end(allocation.id(), whenDone));
    }

    private Active active(ChannelReport channel) {
        return new Active(List.of(views.of(channel)),
                whenDone -> carriers.channels().orElseThrow().end(channel.id(), whenDone));
    }
}

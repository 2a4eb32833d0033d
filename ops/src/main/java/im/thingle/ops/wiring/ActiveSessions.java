// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.account.StreamReport;
import im.thingle.relay.bytestream.BytestreamCommands;
import im.thingle.relay.media.ChannelCommands;
import im.thingle.relay.media.ChannelReport;
import im.thingle.relay.socks5.StreamKey;
import im.thingle.relay.turn.AllocationCommands;
import im.thingle.signaling.port.SessionView;
import im.thingle.stun.turn.AllocationReport;
import java.time.InstantSource;
import java.util.ArrayList;
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

    private final BytestreamCommands files;
    private final Optional<AllocationCommands> calls;
    private final Optional<ChannelCommands> channels;
    private final SessionViews views;

    public ActiveSessions(
            BytestreamCommands files,
            Optional<AllocationCommands> calls,
            Optional<ChannelCommands> channels,
            InstantSource clock) {
        this.files = files;
        this.calls = calls;
        this.channels = channels;
        views = new SessionViews(clock);
    }

    /** Tells of all, in no order, on some event loop. */
    void list(Consumer<List<Active>> whenKnown) {
        var streams = new CompletableFuture<List<StreamReport>>();
        var allocations = new CompletableFuture<List<AllocationReport>>();
        var relayed = new CompletableFuture<List<ChannelReport>>();
        files.list(streams::complete);
        calls.ifPresentOrElse(each -> each.list(allocations::complete), () -> allocations.complete(List.of()));
        channels.ifPresentOrElse(each -> each.list(relayed::complete), () -> relayed.complete(List.of()));
        CompletableFuture.allOf(streams, allocations, relayed).thenRun(() -> {
            var all = new ArrayList<Active>();
            streams.join().forEach(stream -> all.add(active(stream)));
            allocations.join().forEach(allocation -> all.add(active(allocation)));
            relayed.join().forEach(channel -> all.add(active(channel)));
            whenKnown.accept(all);
        });
    }

    private Active active(StreamReport stream) {
        return new Active(views.of(stream), whenDone -> files.end(StreamKey.parse(stream.hash()), whenDone));
    }

    private Active active(AllocationReport allocation) {
        return new Active(List.of(views.of(allocation)),
                whenDone -> calls.orElseThrow().end(allocation.id(), whenDone));
    }

    private Active active(ChannelReport channel) {
        return new Active(List.of(views.of(channel)), whenDone -> channels.orElseThrow().end(channel.id(), whenDone));
    }
}

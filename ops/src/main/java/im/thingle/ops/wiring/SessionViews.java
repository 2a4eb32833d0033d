// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.account.BareJid;
import im.thingle.ops.sessions.SessionIds;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.media.ChannelReport;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.SessionView.Kind;
import im.thingle.stun.turn.AllocationReport;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Tells sessions, active or ended just now, as their users see them. Immutable. */
record SessionViews(InstantSource clock) {
    /** Of the requester, whom it is charged to, and of the target; one alone who sends something to itself. */
    List<SessionView> of(StreamReport stream) {
        var bytes = bytes(stream);
        var reason = stream.reason() == null ? "" : stream.reason().word();
        var id = SessionIds.file(stream.hash());
        var requester = BareJid.of(stream.requester());
        var target = BareJid.of(stream.target());
        var first = view(id, Kind.FILE, requester, stream.target(), stream.durationNanos(), bytes, reason);
        if (requester.equals(target)) {
            return List.of(first);
        }
        var second = view(id, Kind.FILE, target, stream.requester(), stream.durationNanos(), bytes, reason);
        return List.of(first, second);
    }

    SessionView of(AllocationReport allocation) {
        return view(SessionIds.call(allocation.id()), Kind.CALL, allocation.user(), "", allocation.durationNanos(),
                allocation.bytesToPeer() + allocation.bytesToClient(),
                allocation.reason() == null ? "" : allocation.reason().word());
    }

    SessionView of(ChannelReport channel) {
        return view(SessionIds.channel(channel.id()), Kind.CHANNEL, channel.owner().account(), "",
                channel.durationNanos(), channel.bytes(), channel.reason() == null ? "" : channel.reason().word());
    }

    /** Both ways together. */
    static long bytes(StreamReport stream) {
        return stream.bytesFromFirst() + stream.bytesFromSecond();
    }

    private SessionView view(
            String id, Kind kind, String account, String peer, long durationNanos, long bytes, String reason) {
        var now = clock.instant();
        var started = now.minus(Duration.ofNanos(durationNanos)).truncatedTo(ChronoUnit.SECONDS);
        var ended = Optional.of(now.truncatedTo(ChronoUnit.SECONDS)).filter(end -> !reason.isEmpty());
        return new SessionView(id, kind, account, peer, started, ended, bytes, reason);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.sessions.LatelyEnded;
import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayEvents;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.media.ChannelEvents;
import im.thingle.relay.media.ChannelOwner;
import im.thingle.relay.media.ChannelRefusal;
import im.thingle.relay.media.ChannelReport;
import im.thingle.relay.turn.StreamRefusal;
import im.thingle.relay.turn.TurnEvents;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.TurnRefusal;
import java.net.InetSocketAddress;
import java.time.InstantSource;

/** Hears how files, calls and channels end, and remembers it for their users. Safe from any thread. */
public final class EndedSessions implements RelayEvents, TurnEvents, ChannelEvents {
    private final LatelyEnded ended;
    private final SessionViews views;

    public EndedSessions(LatelyEnded ended, InstantSource clock) {
        this.ended = ended;
        views = new SessionViews(clock);
    }

    /** The stream of a brokered session ends as that session, which is told elsewhere. */
    @Override
    public void stopped(StreamReport report) {
        if (report.session().isEmpty()) {
            ended.add(views.of(report));
        }
    }

    @Override
    public void ended(AllocationReport report) {
        ended.add(views.of(report));
    }

    @Override
    public void closed(ChannelReport report) {
        ended.add(views.of(report));
    }

    @Override
    public void started(String hash, String requester, String target) {}

    @Override
    public void started(Allocation allocation) {}

    @Override
    public void opened(ChannelReport channel) {}

    @Override
    public void refusedSocket(Refusal why, InetSocketAddress peer, String detail) {}

    @Override
    public void refusedActivation(Refusal why, String requester, String target, String detail) {}

    @Override
    public void unparked(CloseReason why, InetSocketAddress peer) {}

    @Override
    public void refused(TurnRefusal why, FiveTuple from, String username, TransportAddress peer, String rule) {}

    @Override
    public void refusedStream(StreamRefusal why, InetSocketAddress client, String detail) {}

    @Override
    public void refused(ChannelRefusal why, ChannelOwner owner) {}

    @Override
    public void bug(String where, Throwable fault) {}
}

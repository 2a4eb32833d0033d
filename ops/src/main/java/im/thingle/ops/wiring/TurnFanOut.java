// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.turn.StreamRefusal;
import im.thingle.relay.turn.TurnEvents;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.TurnRefusal;
import java.net.InetSocketAddress;
import java.util.List;

/** Tells several listeners of the STUN/TURN server, in order. Safe from any thread if they are. */
public record TurnFanOut(List<TurnEvents> listeners) implements TurnEvents {
    public TurnFanOut(TurnEvents... listeners) {
        this(List.of(listeners));
    }

    @Override
    public void started(Allocation allocation) {
        listeners.forEach(each -> each.started(allocation));
    }

    @Override
    public void ended(AllocationReport report) {
        listeners.forEach(each -> each.ended(report));
    }

    @Override
    public void refused(TurnRefusal why, FiveTuple from, String username, TransportAddress peer, String rule) {
        listeners.forEach(each -> each.refused(why, from, username, peer, rule));
    }

    @Override
    public void refusedStream(StreamRefusal why, InetSocketAddress client, String detail) {
        listeners.forEach(each -> each.refusedStream(why, client, detail));
    }

    @Override
    public void bug(String where, Throwable fault) {
        listeners.forEach(each -> each.bug(where, fault));
    }
}

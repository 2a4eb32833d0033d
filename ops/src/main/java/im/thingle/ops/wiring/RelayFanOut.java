// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayEvents;
import im.thingle.relay.account.StreamReport;
import java.net.InetSocketAddress;
import java.util.List;

/** Tells several listeners of the data plane, in order. Safe from any thread if they are. */
public record RelayFanOut(List<RelayEvents> listeners) implements RelayEvents {
    public RelayFanOut(RelayEvents... listeners) {
        this(List.of(listeners));
    }

    @Override
    public void started(String hash, String requester, String target) {
        listeners.forEach(each -> each.started(hash, requester, target));
    }

    @Override
    public void stopped(StreamReport report) {
        listeners.forEach(each -> each.stopped(report));
    }

    @Override
    public void refusedSocket(Refusal why, InetSocketAddress peer, String detail) {
        listeners.forEach(each -> each.refusedSocket(why, peer, detail));
    }

    @Override
    public void refusedActivation(Refusal why, String requester, String target, String detail) {
        listeners.forEach(each -> each.refusedActivation(why, requester, target, detail));
    }

    @Override
    public void unparked(CloseReason why, InetSocketAddress peer) {
        listeners.forEach(each -> each.unparked(why, peer));
    }

    @Override
    public void bug(String where, Throwable fault) {
        listeners.forEach(each -> each.bug(where, fault));
    }
}

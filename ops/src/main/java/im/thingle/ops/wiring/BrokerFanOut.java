// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import java.util.List;

/** Tells several listeners of the brokered sessions, in order. Safe from any thread if they are. */
public record BrokerFanOut(List<BrokerEvents> listeners) implements BrokerEvents {
    public BrokerFanOut(BrokerEvents... listeners) {
        this(List.of(listeners));
    }

    @Override
    public void started(BrokeredSession session, Runnable end) {
        listeners.forEach(each -> each.started(session, end));
    }

    @Override
    public void carries(BrokeredSession session, String first, String second) {
        listeners.forEach(each -> each.carries(session, first, second));
    }

    @Override
    public void ended(BrokeredSession session, String reason, String by, long bytes) {
        listeners.forEach(each -> each.ended(session, reason, by, bytes));
    }

    @Override
    public void bug(String where, Throwable fault) {
        listeners.forEach(each -> each.bug(where, fault));
    }
}

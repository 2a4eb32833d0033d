// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.media.CallEvents;
import im.thingle.relay.media.CallOwner;
import im.thingle.relay.media.CallRefusal;
import im.thingle.relay.media.CallReport;
import java.util.List;

/** Tells several listeners of the media of brokered calls, in order. Safe from any thread if they are. */
public record MediaFanOut(List<CallEvents> listeners) implements CallEvents {
    public MediaFanOut(CallEvents... listeners) {
        this(List.of(listeners));
    }

    @Override
    public void opened(CallReport call) {
        listeners.forEach(each -> each.opened(call));
    }

    @Override
    public void connected(CallReport call) {
        listeners.forEach(each -> each.connected(call));
    }

    @Override
    public void closed(CallReport report) {
        listeners.forEach(each -> each.closed(report));
    }

    @Override
    public void refused(CallRefusal why, CallOwner owner) {
        listeners.forEach(each -> each.refused(why, owner));
    }

    @Override
    public void bug(String where, Throwable fault) {
        listeners.forEach(each -> each.bug(where, fault));
    }
}

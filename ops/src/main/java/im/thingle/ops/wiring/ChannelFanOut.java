// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.media.ChannelEvents;
import im.thingle.relay.media.ChannelOwner;
import im.thingle.relay.media.ChannelRefusal;
import im.thingle.relay.media.ChannelReport;
import java.util.List;

/** Tells several listeners of the relay channels, in order. Safe from any thread if they are. */
public record ChannelFanOut(List<ChannelEvents> listeners) implements ChannelEvents {
    public ChannelFanOut(ChannelEvents... listeners) {
        this(List.of(listeners));
    }

    @Override
    public void opened(ChannelReport channel) {
        listeners.forEach(each -> each.opened(channel));
    }

    @Override
    public void closed(ChannelReport report) {
        listeners.forEach(each -> each.closed(report));
    }

    @Override
    public void refused(ChannelRefusal why, ChannelOwner owner) {
        listeners.forEach(each -> each.refused(why, owner));
    }

    @Override
    public void bug(String where, Throwable fault) {
        listeners.forEach(each -> each.bug(where, fault));
    }
}

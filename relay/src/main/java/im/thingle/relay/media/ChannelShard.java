// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Shaper;
import im.thingle.relay.udp.DatagramEngine;
import io.netty.channel.IoEventLoop;
import java.util.List;
import java.util.function.Predicate;

/** The channels of one event loop. Confined to its event loop. */
final class ChannelShard extends RelayShard<RelayChannel, ChannelEnd, ChannelReport, ChannelRefusal> {
    private final ChannelSettings settings;
    private final ChannelEvents events;

    ChannelShard(IoEventLoop loop, Common<ChannelEnd, ChannelRefusal> common, ChannelSettings settings,
            ChannelEvents events) {
        super(loop, common);
        this.settings = settings;
        this.events = events;
    }

    void open(ChannelOwner owner, ChannelAnswer answer) {
        open(owner.account(),
                (id, charge) -> new RelayChannel(
                        id, owner, this, Shaper.of(settings.bytesPerSecond(), now()), charge),
                channel -> {
                    ChannelReport opened = channel.report(null);
                    events.opened(opened);
                    answer.opened(opened);
                },
                why -> {
                    events.refused(why, owner);
                    answer.refused(why);
                });
    }

    @Override
    ChannelRefusal bind(RelayChannel channel, DatagramEngine on) {
        ChannelRefusal refusal =
                new ChannelOpener(on, new PortBinder<>(settings.ports(), entropy(), kind()))
                        .open(channel);
        if (refusal == null) {
            channel.start();
        }
        return refusal;
    }

    List<ChannelReport> reports(Predicate<ChannelOwner> whose) {
        return reportsOf(channel -> whose.test(channel.owner()));
    }

    @Override
    void tellEnd(RelayChannel channel, ChannelReport report) {
        attempt(() -> events.closed(report));
    }

    /** Without its name: a fault that strikes all of them is one line in the log. */
    @Override
    void onFault(Throwable bug) {
        events.bug(kind().word(), bug);
    }

    ChannelSettings settings() {
        return settings;
    }
}

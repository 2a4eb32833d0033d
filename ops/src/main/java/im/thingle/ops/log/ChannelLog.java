// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import im.thingle.ops.config.LogSettings;
import im.thingle.ops.sessions.SessionIds;
import im.thingle.relay.media.ChannelEvents;
import im.thingle.relay.media.ChannelOwner;
import im.thingle.relay.media.ChannelRefusal;
import im.thingle.relay.media.ChannelReport;
import im.thingle.stun.attribute.TransportAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what becomes of relay channels: one line per ended channel, and refusals as far as {@link FloodGate} lets them
 * through. Safe from any thread.
 */
public final class ChannelLog implements ChannelEvents {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.channels");

    private final AddressText addresses;
    private final FloodGate gate;

    /** @param clockNanos monotonic, such as {@link System#nanoTime} */
    public ChannelLog(LogSettings.Addresses addresses, LongSupplier clockNanos) {
        this.addresses = new AddressText(addresses);
        gate = new FloodGate(clockNanos);
    }

    @Override
    public void opened(ChannelReport channel) {
        LOG.atDebug().setMessage("channel opened")
                .addKeyValue("id", SessionIds.channel(channel.id()))
                .addKeyValue("requester", channel.owner().requester())
                .addKeyValue("local", AddressText.whole(channel.local()))
                .addKeyValue("remote", AddressText.whole(channel.remote()))
                .log();
    }

    /** The ports are the server's own, so nothing of them is ever masked. */
    @Override
    public void closed(ChannelReport report) {
        LOG.atInfo().setMessage("channel ended")
                .addKeyValue("id", SessionIds.channel(report.id()))
                .addKeyValue("requester", report.owner().requester())
                .addKeyValue("local", AddressText.whole(report.local()))
                .addKeyValue("remote", AddressText.whole(report.remote()))
                .addKeyValue("requester-at", source(report.requesterSource()))
                .addKeyValue("other-at", source(report.remoteSource()))
                .addKeyValue("bytes-from-requester", report.bytesFromRequester())
                .addKeyValue("packets-from-requester", report.packetsFromRequester())
                .addKeyValue("bytes-from-other", report.bytesFromRemote())
                .addKeyValue("packets-from-other", report.packetsFromRemote())
                .addKeyValue("packets-dropped", report.packetsDropped())
                .addKeyValue("duration", String.format(Locale.ROOT, "%.3fs", report.durationNanos() / 1e9))
                .addKeyValue("reason", report.reason().word())
                .log();
    }

    @Override
    public void refused(ChannelRefusal why, ChannelOwner owner) {
        gate.write(List.of(why, owner.account()), () -> LOG.atInfo()
                .setMessage("channel refused")
                .addKeyValue("requester", owner.requester())
                .addKeyValue("reason", why.word()));
    }

    @Override
    public void bug(String where, Throwable fault) {
        gate.bug(LOG, where, fault);
    }

    private String source(TransportAddress source) {
        return source == null ? "nowhere" : addresses.of(source);
    }
}

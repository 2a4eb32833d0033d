// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import im.thingle.ops.config.LogSettings;
import im.thingle.ops.sessions.SessionIds;
import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.RelayEvents;
import im.thingle.relay.account.StreamReport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens on the data plane: one line per finished stream, and refusals as far as {@link FloodGate} lets
 * them through. Safe from any thread.
 */
public final class RelayLog implements RelayEvents {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.bytestreams");

    private final AddressText addresses;
    private final FloodGate gate;

    /** @param clockNanos monotonic, such as {@link System#nanoTime} */
    public RelayLog(LogSettings.Addresses addresses, LongSupplier clockNanos) {
        this.addresses = new AddressText(addresses);
        gate = new FloodGate(clockNanos);
    }

    @Override
    public void started(String hash, String requester, String target) {
        LOG.atDebug().setMessage("stream started")
                .addKeyValue("requester", requester)
                .addKeyValue("target", target)
                .addKeyValue("hash", hash)
                .log();
    }

    @Override
    public void stopped(StreamReport report) {
        var line = LOG.atInfo().setMessage("stream ended")
                .addKeyValue("requester", report.requester())
                .addKeyValue("target", report.target())
                .addKeyValue("first", addresses.of(report.first()))
                .addKeyValue("second", report.second() == null ? "in-band" : addresses.of(report.second()))
                .addKeyValue("bytes-from-first", report.bytesFromFirst())
                .addKeyValue("bytes-from-second", report.bytesFromSecond())
                .addKeyValue("duration", String.format(Locale.ROOT, "%.3fs", report.durationNanos() / 1e9))
                .addKeyValue("rate", report.bytesPerSecond() + "B/s")
                .addKeyValue("reason", report.reason().word())
                .addKeyValue("id", SessionIds.file(report.hash()));
        if (!report.session().isEmpty()) {
            line = line.addKeyValue("session", SessionIds.brokered(report.session()));
        }
        line.log();
    }

    @Override
    public void refusedSocket(Refusal why, InetSocketAddress peer, String detail) {
        gate.write(List.of(why, AddressText.network(peer)), () -> LOG.atInfo()
                .setMessage("socket refused")
                .addKeyValue("peer", addresses.of(peer))
                .addKeyValue("reason", why.word())
                .addKeyValue("detail", detail));
    }

    @Override
    public void refusedActivation(Refusal why, String requester, String target, String detail) {
        gate.write(List.of(why, LinkLog.account(requester)), () -> LOG.atInfo()
                .setMessage("activation refused")
                .addKeyValue("requester", requester)
                .addKeyValue("target", target)
                .addKeyValue("reason", why.word())
                .addKeyValue("detail", detail));
    }

    @Override
    public void unparked(CloseReason why, InetSocketAddress peer) {
        LOG.atDebug().setMessage("parked socket closed")
                .addKeyValue("peer", addresses.of(peer))
                .addKeyValue("reason", why.word())
                .log();
    }

    @Override
    public void bug(String where, Throwable fault) {
        gate.bug(LOG, where, fault);
    }
}

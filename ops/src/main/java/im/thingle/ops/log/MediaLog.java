// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import im.thingle.ops.config.LogSettings;
import im.thingle.ops.sessions.SessionIds;
import im.thingle.relay.media.CallEvents;
import im.thingle.relay.media.CallEnd;
import im.thingle.relay.media.CallOwner;
import im.thingle.relay.media.CallRefusal;
import im.thingle.relay.media.CallReport;
import im.thingle.stun.attribute.TransportAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes what becomes of the media of brokered calls: one line when it ends, and refusals as far as {@link FloodGate}
 * lets them through. Safe from any thread.
 */
public final class MediaLog implements CallEvents {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.media");

    private final AddressText addresses;
    private final FloodGate gate;

    /** @param clockNanos monotonic, such as {@link System#nanoTime} */
    public MediaLog(LogSettings.Addresses addresses, LongSupplier clockNanos) {
        this.addresses = new AddressText(addresses);
        gate = new FloodGate(clockNanos);
    }

    @Override
    public void opened(CallReport call) {}

    @Override
    public void connected(CallReport call) {
        LOG.atDebug().setMessage("media flows")
                .addKeyValue("session", SessionIds.brokered(call.owner().session()))
                .addKeyValue("initiator-at", reached(call.initiatorAddress()))
                .addKeyValue("responder-at", reached(call.responderAddress()))
                .log();
    }

    @Override
    public void closed(CallReport report) {
        LOG.atLevel(report.reason() == CallEnd.BUNDLED ? Level.DEBUG : Level.INFO)
                .setMessage("media ended")
                .addKeyValue("session", SessionIds.brokered(report.owner().session()))
                .addKeyValue("initiator", report.owner().initiator())
                .addKeyValue("responder", report.owner().responder())
                .addKeyValue("initiator-at", reached(report.initiatorAddress()))
                .addKeyValue("responder-at", reached(report.responderAddress()))
                .addKeyValue("bytes-from-initiator", report.bytesFromInitiator())
                .addKeyValue("packets-from-initiator", report.packetsFromInitiator())
                .addKeyValue("bytes-from-responder", report.bytesFromResponder())
                .addKeyValue("packets-from-responder", report.packetsFromResponder())
                .addKeyValue("packets-dropped", report.packetsDropped())
                .addKeyValue("duration", String.format(Locale.ROOT, "%.3fs", report.durationNanos() / 1e9))
                .addKeyValue("reason", report.reason().word())
                .log();
    }

    @Override
    public void refused(CallRefusal why, CallOwner owner) {
        gate.write(List.of(why, owner.account()), () -> LOG.atInfo()
                .setMessage("media refused")
                .addKeyValue("initiator", owner.initiator())
                .addKeyValue("responder", owner.responder())
                .addKeyValue("reason", why.word()));
    }

    @Override
    public void bug(String where, Throwable fault) {
        gate.bug(LOG, where, fault);
    }

    private String reached(TransportAddress address) {
        return address == null ? "nowhere" : addresses.of(address);
    }
}

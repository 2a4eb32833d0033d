// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import im.thingle.ops.config.LogSettings;
import im.thingle.ops.sessions.SessionIds;
import im.thingle.relay.turn.StreamRefusal;
import im.thingle.relay.turn.TurnEvents;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.turn.Allocation;
import im.thingle.stun.turn.AllocationReport;
import im.thingle.stun.turn.FiveTuple;
import im.thingle.stun.turn.TurnRefusal;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes what happens in the STUN/TURN server: one line per ended allocation, and refusals as far as {@link FloodGate}
 * lets them through. Safe from any thread.
 */
public final class TurnLog implements TurnEvents {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.turn");

    private final AddressText addresses;
    private final FloodGate gate;
    private final UnaryOperator<String> user;

    /**
     * @param clockNanos monotonic, such as {@link System#nanoTime}
     * @param user whom a name on the wire belongs to
     */
    public TurnLog(LogSettings.Addresses addresses, LongSupplier clockNanos, UnaryOperator<String> user) {
        this.addresses = new AddressText(addresses);
        gate = new FloodGate(clockNanos);
        this.user = user;
    }

    @Override
    public void started(Allocation allocation) {
        if (!LOG.isDebugEnabled()) {
            return;
        }
        LOG.atDebug().setMessage("allocation started")
                .addKeyValue("user", allocation.user())
                .addKeyValue("client", addresses.of(allocation.client().client()))
                .addKeyValue("transport", transport(allocation.client()))
                .addKeyValue("relayed", relayed(allocation.relayed(TransportAddress.Family.IPV4),
                        allocation.relayed(TransportAddress.Family.IPV6)))
                .log();
    }

    @Override
    public void ended(AllocationReport report) {
        LOG.atInfo().setMessage("allocation ended")
                .addKeyValue("user", report.user())
                .addKeyValue("client", addresses.of(report.client().client()))
                .addKeyValue("transport", transport(report.client()))
                .addKeyValue("relayed", relayed(report.relayedV4(), report.relayedV6()) + (report.tcp() ? "/tcp" : ""))
                .addKeyValue("bytes-to-peers", report.bytesToPeer())
                .addKeyValue("packets-to-peers", report.packetsToPeer())
                .addKeyValue("bytes-to-client", report.bytesToClient())
                .addKeyValue("packets-to-client", report.packetsToClient())
                .addKeyValue("packets-dropped", report.packetsDropped())
                .addKeyValue("duration", String.format(Locale.ROOT, "%.3fs", report.durationNanos() / 1e9))
                .addKeyValue("reason", report.reason().word())
                .addKeyValue("id", SessionIds.call(report.id()))
                .log();
    }

    /** That a client first asks without credentials, or with an old nonce, is how the protocol goes, and no news. */
    @Override
    public void refused(TurnRefusal why, FiveTuple from, String username, TransportAddress peer, String rule) {
        var usual = why == TurnRefusal.UNAUTHENTICATED || why == TurnRefusal.STALE_NONCE;
        if (usual && !LOG.isDebugEnabled()) {
            return;
        }
        var key = List.of(why, AddressText.network(AddressText.socket(from.client())), rule == null ? "" : rule);
        gate.write(key, () -> {
            var line = (usual ? LOG.atDebug() : LOG.atInfo()).setMessage("request refused")
                    .addKeyValue("client", addresses.of(from.client()))
                    .addKeyValue("transport", transport(from))
                    .addKeyValue("reason", why.word());
            line = with(line, isProved(why) ? "user" : "claimed-user", username == null ? null : user.apply(username));
            line = with(line, "peer", peer == null ? null : addresses.of(peer));
            return with(line, "rule", rule);
        });
    }

    /** Names travel in clear: whoever overhears one can say it, until a message integrity has to come with it. */
    private static boolean isProved(TurnRefusal why) {
        return switch (why) {
            case UNAUTHENTICATED, UNKNOWN_USER, BAD_INTEGRITY, BAD_REQUEST, MALFORMED, CHALLENGE_BUDGET -> false;
            default -> true;
        };
    }

    private static LoggingEventBuilder with(LoggingEventBuilder line, String key, String value) {
        return value == null ? line : line.addKeyValue(key, value);
    }

    @Override
    public void refusedStream(StreamRefusal why, InetSocketAddress client, String detail) {
        gate.write(List.of(why, AddressText.network(client)), () -> LOG.atInfo()
                .setMessage("stream refused")
                .addKeyValue("client", addresses.of(client))
                .addKeyValue("reason", why.word())
                .addKeyValue("detail", detail));
    }

    @Override
    public void bug(String where, Throwable fault) {
        gate.bug(LOG, where, fault);
    }

    private static String transport(FiveTuple tuple) {
        return tuple.transport().name().toLowerCase(Locale.ROOT);
    }

    /** The relayed addresses are the server's own, so nothing of them is ever masked. */
    private static String relayed(TransportAddress ipv4, TransportAddress ipv6) {
        var four = ipv4 == null ? "" : AddressText.whole(ipv4);
        var six = ipv6 == null ? "" : AddressText.whole(ipv6);
        return four + (four.isEmpty() || six.isEmpty() ? "" : ",") + six;
    }
}

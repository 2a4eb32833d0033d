// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import im.thingle.ops.sessions.SessionIds;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes what becomes of brokered Jingle sessions: one line per ended session. Safe from any thread. */
public final class GatewayLog implements BrokerEvents {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.gateway");

    private record Begun(long nanos, String transports) {}

    private final LongSupplier clockNanos;
    private final FloodGate gate;
    private final Map<String, Begun> begun = new ConcurrentHashMap<>();

    /** @param clockNanos monotonic, such as {@link System#nanoTime} */
    public GatewayLog(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
        gate = new FloodGate(clockNanos);
    }

    @Override
    public void started(BrokeredSession session, Runnable end) {
        begun.put(session.id(), new Begun(clockNanos.getAsLong(), "none"));
        named(LOG.atDebug().setMessage("session began"), session).log();
    }

    /** The last ones stand for the session: those before were given up. */
    @Override
    public void carries(BrokeredSession session, String first, String second) {
        begun.computeIfPresent(session.id(), (id, before) -> new Begun(before.nanos, first + "," + second));
        named(LOG.atDebug().setMessage("session carries"), session)
                .addKeyValue("initiator-over", first)
                .addKeyValue("responder-over", second)
                .log();
    }

    @Override
    public void ended(BrokeredSession session, String reason, String by, long bytes) {
        var now = clockNanos.getAsLong();
        var before = begun.remove(session.id());
        var known = before == null ? new Begun(now, "none") : before;
        named(LOG.atInfo().setMessage("session ended"), session)
                .addKeyValue("transports", known.transports)
                .addKeyValue("bytes", bytes)
                .addKeyValue("duration", String.format(Locale.ROOT, "%.3fs", (now - known.nanos) / 1e9))
                .addKeyValue("reason", reason)
                .addKeyValue("by", by.isEmpty() ? "thingle" : by)
                .log();
    }

    @Override
    public void bug(String where, Throwable fault) {
        gate.bug(LOG, where, fault);
    }

    private static LoggingEventBuilder named(LoggingEventBuilder line, BrokeredSession session) {
        return line.addKeyValue("id", SessionIds.brokered(session.id()))
                .addKeyValue("kind", session.kind())
                .addKeyValue("initiator", session.initiator())
                .addKeyValue("responder", session.responder())
                .addKeyValue("sid", session.sid());
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import im.thingle.signaling.port.SignalingEvents;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what happens on the links to XMPP servers. Safe from any thread. */
public final class LinkLog implements SignalingEvents {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.xmpp");
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_KEYS = 1000;

    private final LongSupplier clockNanos;
    private final FloodGate gate = new FloodGate(PERIOD_NANOS, MOST_KEYS);

    /** @param clockNanos monotonic, such as {@link System#nanoTime} */
    public LinkLog(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
    }

    @Override
    public void linkUp(String component, String server) {
        LOG.atInfo().setMessage("link up").addKeyValue("component", component).addKeyValue("server", server).log();
    }

    @Override
    public void linkDown(String component, String server, String reason, String advice, long retryInMillis) {
        var line = LOG.atWarn().setMessage("link down")
                .addKeyValue("component", component)
                .addKeyValue("server", server)
                .addKeyValue("reason", reason);
        if (!advice.isEmpty()) {
            line = line.addKeyValue("advice", advice);
        }
        line.addKeyValue("retry-in", retryInMillis + "ms").log();
    }

    @Override
    public void answered(String what) {}

    @Override
    public void refused(String what, String condition, String from, String why) {
        gate.write(List.of(what, condition, account(from)), clockNanos.getAsLong(), () -> LOG.atInfo()
                .setMessage("IQ refused")
                .addKeyValue("what", what)
                .addKeyValue("condition", condition)
                .addKeyValue("from", from)
                .addKeyValue("why", why));
    }

    /** The bare JID, so that many resources make no flood. */
    static String account(String jid) {
        var slash = jid == null ? -1 : jid.indexOf('/');
        return slash < 0 ? String.valueOf(jid) : jid.substring(0, slash);
    }
}

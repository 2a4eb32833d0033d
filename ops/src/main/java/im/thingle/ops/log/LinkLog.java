// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import im.thingle.ops.account.BareJid;
import im.thingle.signaling.port.SignalingEvents;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what happens on the links to XMPP servers. Safe from any thread. */
public final class LinkLog implements SignalingEvents {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.xmpp");

    private final FloodGate gate;

    /** @param clockNanos monotonic, such as {@link System#nanoTime} */
    public LinkLog(LongSupplier clockNanos) {
        gate = new FloodGate(clockNanos);
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
    public void delegated(String component, String server, List<String> namespaces) {
        LOG.atInfo().setMessage("delegated to us")
                .addKeyValue("component", component)
                .addKeyValue("server", server)
                .addKeyValue("namespaces", String.join(",", namespaces))
                .log();
    }

    @Override
    public void answered(String what) {}

    @Override
    public void refused(String what, String condition, String from, String why) {
        gate.write(List.of(what, condition, account(from)), () -> LOG.atInfo()
                .setMessage("IQ refused")
                .addKeyValue("what", what)
                .addKeyValue("condition", condition)
                .addKeyValue("from", from)
                .addKeyValue("why", why));
    }

    @Override
    public void turnedAway(String what, String kind, String condition, String from, String to, String why) {
        gate.write(List.of(what, kind, condition, account(from)), () -> LOG.atInfo()
                .setMessage("stanza refused")
                .addKeyValue("what", what)
                .addKeyValue("kind", kind)
                .addKeyValue("condition", condition)
                .addKeyValue("from", from)
                .addKeyValue("to", to)
                .addKeyValue("why", why));
    }

    @Override
    public void bug(String where, Throwable fault) {
        gate.bug(LOG, where, fault);
    }

    /** So that many resources make no flood. */
    static String account(String jid) {
        return BareJid.of(String.valueOf(jid));
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.account.BareJid;
import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Charge;
import im.thingle.relay.account.Shaper;
import im.thingle.relay.account.Traffic;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.StreamMeter;
import im.thingle.signaling.port.StreamParties;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Books sessions whose bytes come and go in stanzas, and so past the data plane that books all others: those from client to
 * client as they come, under the same limits, those to and from {@code echo@}, which has limits of its own, when they end.
 * Safe from any thread.
 */
public final class InBandBytes implements BrokerEvents {
    private static final Set<String> TO_US = Set.of("in-band", "echo");
    /** The meter is asked again once a second: so far a stream may be ahead of its rates, and then waits. */
    private static final long MOST_DEBT_NANOS = 1_000_000_000L;

    private final Accounts accounts;
    private final long ratePerStream;
    private final Set<String> toUs = ConcurrentHashMap.newKeySet();

    /** @param ratePerStream in bytes a second; 0: no ceiling */
    public InBandBytes(Accounts accounts, long ratePerStream) {
        this.accounts = accounts;
        this.ratePerStream = ratePerStream;
    }

    /** The limits on one session's bytes, on account of who began it. */
    StreamMeter meter(StreamParties parties) {
        var now = System.nanoTime();
        var charge = accounts.open(parties.account(), Traffic.FILE, now);
        return new Meter(charge, Shaper.of(ratePerStream, now).under(charge));
    }

    @Override
    public void started(BrokeredSession session, Runnable end) {}

    @Override
    public void carries(BrokeredSession session, String first, String second) {
        if (TO_US.equals(Set.copyOf(List.of(first, second)))) {
            toUs.add(session.id());
        } else {
            toUs.remove(session.id());
        }
    }

    @Override
    public void ended(BrokeredSession session, String reason, String by, long bytes) {
        if (toUs.remove(session.id())) {
            accounts.book(BareJid.of(session.initiator()), Traffic.FILE, bytes, System.nanoTime());
        }
    }

    @Override
    public void bug(String where, Throwable fault) {}

    /** Confined to its event loop. */
    private static final class Meter implements StreamMeter {
        private final Charge charge;
        private final Shaper shaper;
        private long bytes;

        Meter(Charge charge, Shaper shaper) {
            this.charge = charge;
            this.shaper = shaper;
        }

        @Override
        public boolean mayRead() {
            return shaper.delayNanos(System.nanoTime()) < MOST_DEBT_NANOS;
        }

        @Override
        public boolean exhausted() {
            return shaper.exhausted();
        }

        @Override
        public void carried(int more) {
            bytes += more;
            shaper.charge(more, System.nanoTime());
            charge.carried(bytes);
        }

        @Override
        public void close() {
            charge.close();
        }
    }
}

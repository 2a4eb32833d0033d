// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.account.Accounts;
import im.thingle.relay.account.Charge;
import im.thingle.relay.account.Shaper;
import im.thingle.relay.account.Traffic;
import im.thingle.signaling.port.StreamMeter;
import im.thingle.signaling.port.StreamParties;

/**
 * Books bytes that come and go in stanzas, and so past the data plane that books all others, as they pass and under the
 * same limits: those from client to client, and those to and from {@code echo@}. Safe from any thread.
 */
public final class InBandBytes {
    /** The meter is asked again once a second: so far a stream may be ahead of its rates, and then waits. */
    private static final long MOST_DEBT_NANOS = 1_000_000_000L;

    private final Accounts accounts;
    private final long ratePerStream;

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

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.RelayGauges;
import java.util.concurrent.atomic.LongAdder;

/** How things stand, counted by every event loop into one place. Safe from any thread. */
final class Tally {
    final LongAdder handshaking = new LongAdder();
    final LongAdder parked = new LongAdder();
    final LongAdder active = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder pipes = new LongAdder();

    RelayGauges gauges() {
        return new RelayGauges(handshaking.sum(), parked.sum(), active.sum(), bytes.sum(), pipes.sum());
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.concurrent.atomic.LongAdder;

/** How things stand, counted by every event loop into one place, never per packet. Safe from any thread. */
final class RelayTally {
    final LongAdder open = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder packets = new LongAdder();
    final LongAdder dropped = new LongAdder();
}

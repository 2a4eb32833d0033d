// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lines on their way to whoever reads the log. When it is full it drops and counts them: a stuck reader must not stop
 * the event loops. Safe from any thread.
 */
final class LineQueue extends AsyncAppender {
    private final LongAdder dropped;

    LineQueue(int lines, LongAdder dropped) {
        this.dropped = dropped;
        setNeverBlock(true); // those who find the last place at the same moment lose theirs uncounted
        setDiscardingThreshold(0); // drop when full, not the ordinary lines from four fifths on
        setQueueSize(lines);
    }

    @Override
    protected void append(ILoggingEvent line) {
        if (getRemainingCapacity() == 0) {
            dropped.increment();
        } else {
            super.append(line);
        }
    }
}

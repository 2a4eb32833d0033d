// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineQueueTest {
    private static final int PLACES = 4;

    private final LongAdder dropped = new LongAdder();
    private final CountDownLatch taken = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<String> read = new CopyOnWriteArrayList<>();

    @Test
    void countsTheLinesThatAStuckReaderLeavesNoRoomFor() throws Exception {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        var queue = started(new LineQueue(PLACES, dropped), context);
        var logger = context.getLogger("any");
        logger.addAppender(queue);

        logger.info("0");
        taken.await(); // by the reader, who sits on it
        IntStream.rangeClosed(1, 10).forEach(i -> logger.info(Integer.toString(i)));

        assertThat(dropped.sum()).isEqualTo(10 - PLACES);
        goOn.countDown();
        queue.stop(); // writes what waits
        assertThat(read).containsExactly("0", "1", "2", "3", "4");
    }

    private LineQueue started(LineQueue queue, LoggerContext context) {
        var reader = new StuckReader();
        reader.start();
        queue.setContext(context);
        queue.addAppender(reader);
        queue.start();
        return queue;
    }

    private final class StuckReader extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent line) {
            taken.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            read.add(line.getMessage());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import im.thingle.ops.config.LogSettings;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up logging to standard error. Lines pass through a bounded queue and are dropped when it is full: a stuck reader
 * of the log must not stop the event loops. Safe from any thread.
 */
public final class Logs {
    private static final int QUEUE_LINES = 8192;
    private static final LongAdder DROPPED = new LongAdder();

    private Logs() {}

    /** Replaces whatever was set up before. */
    public static void configure(LogSettings settings) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        context.reset();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder(settings, context));
        console.start();
        var queue = new LineQueue(QUEUE_LINES, DROPPED);
        queue.setContext(context);
        queue.addAppender(console);
        queue.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(libraries(settings.level()));
        root.addAppender(queue);
        context.getLogger("thingle").setLevel(Level.toLevel(settings.level().name()));
        context.getLogger("im.thingle").setLevel(Level.toLevel(settings.level().name()));
    }

    /** Lines that nobody will read, since the process started: whoever reads the log was too slow. */
    public static long dropped() {
        return DROPPED.sum();
    }

    /** Writes out what is queued; nothing is logged afterwards. */
    public static void stop() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    /** Netty's debug lines would bury ours; they come with trace. */
    private static Level libraries(LogSettings.Level ours) {
        return switch (ours) {
            case ERROR -> Level.ERROR;
            case TRACE -> Level.DEBUG;
            default -> Level.WARN;
        };
    }

    static Encoder<ILoggingEvent> encoder(LogSettings settings, LoggerContext context) {
        if (settings.format() == LogSettings.Format.JSON) {
            var json = new JsonEncoder();
            json.setContext(context);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            json.setWithContext(false);
            json.setWithMarkers(false);
            json.setWithMDC(false);
            json.setWithMessage(false);
            json.setWithArguments(false);
            json.setWithFormattedMessage(true);
            json.start();
            return json;
        }
        var layout = new LineLayout();
        layout.setContext(context);
        layout.start();
        var text = new LayoutWrappingEncoder<ILoggingEvent>();
        text.setContext(context);
        text.setCharset(StandardCharsets.UTF_8);
        text.setLayout(layout);
        text.start();
        return text;
    }
}

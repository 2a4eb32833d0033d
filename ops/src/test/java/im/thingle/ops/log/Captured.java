// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import im.thingle.ops.config.LogSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Catches what one logger says, as the lines that would be written. */
public final class Captured implements AutoCloseable {
    private final Logger logger;
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    public Captured(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(events);
        events.start();
    }

    /** Without the time. */
    public List<String> lines() {
        var layout = new LineLayout();
        return events.list.stream().map(layout::doLayout).map(line -> line.substring(line.indexOf(' ') + 1)).toList();
    }

    List<String> json() {
        var encoder = Logs.encoder(
                new LogSettings(LogSettings.Level.INFO, LogSettings.Format.JSON, LogSettings.Addresses.FULL),
                        logger.getLoggerContext());
        return events.list.stream().map(event -> new String(encoder.encode(event), StandardCharsets.UTF_8)).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(events);
        logger.setAdditive(true);
        logger.setLevel(null);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import com.typesafe.config.ConfigFactory;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What holds for ice4j in the whole process, before any of its classes is loaded: it finds out nothing about the
 * machine by itself, says nothing, and believes only what is signed. Safe from any thread.
 */
final class IceLibrary {
    /** Kept, since a logger that nobody holds forgets its level. They name addresses of clients at level INFO. */
    private static final Logger[] LOGGERS = {
        Logger.getLogger("org.ice4j"), Logger.getLogger("org.jitsi"), Logger.getLogger("JitsiConfig")
    };

    static {
        // IceComponent keeps up consent: here it would take two threads and a timer, and 0.2 ms for each check
        System.setProperty("org.ice4j.NO_KEEP_ALIVES", "true");
        System.setProperty("ice4j.harvest.mapping.aws.enabled", "false");
        System.setProperty("ice4j.harvest.udp.use-dynamic-ports", "false");
        System.setProperty("ice4j.use-component-socket", "false");
        System.setProperty("ice4j.redact-remote-addresses", "true");
        System.setProperty("ice4j.software", "");
        System.setProperty("org.ice4j.REQUIRE_MESSAGE_INTEGRITY", "true");
        ConfigFactory.invalidateCaches();
        for (Logger logger : LOGGERS) {
            logger.setLevel(Level.OFF);
        }
    }

    private IceLibrary() {}

    /** Makes sure that it is so. */
    static void settle() {
        // the static initializer has
    }
}

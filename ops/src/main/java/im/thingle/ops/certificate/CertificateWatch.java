// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import im.thingle.relay.turn.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether the operator's certificate was renewed, and hands over the new one. Half of a renewal
 * (a certificate whose key is not there yet) changes nothing until the rest has come. Safe from any thread.
 */
public final class CertificateWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.turn");

    /** Who is told of a new certificate. */
    @FunctionalInterface
    public interface Renewal {
        /** @throws IOException if it cannot be used; the old one stays */
        void use(ServerCertificate certificate) throws IOException;
    }

    private final CertificateFiles files;
    private final Renewal renewed;
    private final ScheduledExecutorService thread;
    private ServerCertificate current;
    private List<Object> seen = List.of();
    private String complaint = "";

    private CertificateWatch(
            CertificateFiles files, ServerCertificate current, Renewal renewed,
            ScheduledExecutorService thread) {
        this.files = files;
        this.current = current;
        this.renewed = renewed;
        this.thread = thread;
    }

    /**
     * Begins to look.
     *
     * @param current what was read from the files
     * @param renewed is told on a thread of the watch's own
     */
    public static CertificateWatch start(
            CertificateFiles files, ServerCertificate current, Duration period, Renewal renewed) {
        var thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("thingle-certificate").daemon().factory());
        var watch = new CertificateWatch(files, current, renewed, thread);
        var nanos = period.toNanos();
        thread.scheduleWithFixedDelay(watch::look, nanos, nanos, TimeUnit.NANOSECONDS);
        return watch;
    }

    private void look() {
        try {
            var now = marks();
            if (now.equals(seen)) {
                return;
            }
            var certificate = files.read();
            seen = now;
            complaint = "";
            if (certificate.chain().equals(current.chain())) {
                return;
            }
            renewed.use(certificate);
            current = certificate;
            LOG.atInfo().setMessage("certificate renewed")
                    .addKeyValue("file", files.certificate())
                    .addKeyValue("until", certificate.chain().getFirst().getNotAfter().toInstant())
                    .log();
        } catch (IOException broken) {
            complain(broken.getMessage());
        } catch (RuntimeException fault) {
            LOG.error("a fault of Thingle's own; please report it with this trace", fault);
        }
    }

    /** Once for each thing that is wrong. */
    private void complain(String what) {
        if (!what.equals(complaint)) {
            complaint = what;
            LOG.atWarn().setMessage("certificate not renewed, the old one stays").addKeyValue("why", what).log();
        }
    }

    /** What changes when a file is replaced, also by way of a link. */
    private List<Object> marks() {
        return List.of(mark(files.certificate()), mark(files.key()));
    }

    private static Object mark(Path file) {
        try {
            return List.of(file.toRealPath(), Files.getLastModifiedTime(file), Files.size(file));
        } catch (IOException absent) {
            return "absent";
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

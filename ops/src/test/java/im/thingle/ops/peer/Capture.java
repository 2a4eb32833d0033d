// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/** All packets at a device of a {@link Host}, taken by tcpdump. Confined to the test's thread. */
public final class Capture implements AutoCloseable {
    private final Folder folder = Folder.make("capture");
    private final Child tcpdump;

    private Capture(Host host, String device) {
        String file = folder.path("all.pcap").toString();
        // 64 MiB between the kernel and tcpdump, so that nothing is lost
        tcpdump = host.start("tcpdump", List.of(
                "tcpdump", "-i", device, "-w", file, "-U", "--immediate-mode", "-Z", "root", "-s", "0", "-B",
                "65536", "-n"));
        tcpdump.await("listening on " + device + ", link-type EN10MB");
    }

    /** Begins at the device that links the machine with the others. */
    public static Capture at(Host host) {
        return new Capture(host, NatNetwork.DEVICE);
    }

    /** Begins at what programs of the machine say to each other. */
    public static Capture inside(Host host) {
        return new Capture(host, "lo");
    }

    /** Ends it, and returns what was seen. */
    public Seen seen() {
        tcpdump.terminate();
        tcpdump.await("^0 packets dropped by kernel$");
        if (tcpdump.awaitExit() != 0) {
            throw new IllegalStateException(tcpdump.output());
        }
        try {
            return Seen.in(Files.readAllBytes(folder.path("all.pcap")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        tcpdump.close();
        folder.delete();
    }
}

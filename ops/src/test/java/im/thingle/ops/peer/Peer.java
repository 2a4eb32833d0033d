// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Somebody else's program that the interop tests run against. Immutable. */
public enum Peer {
    PROSODY("prosody"),
    EJABBERD("ejabberd") {
        @Override
        boolean installed() {
            return onPath("ejabberdctl") && onPath("erl");
        }
    },
    PROSODY_MODULES("prosody-modules") {
        @Override
        boolean installed() {
            return Files.isDirectory(Path.of("/usr/lib/prosody/modules/mod_delegation"));
        }
    },
    SLIXMPP("python3-slixmpp") {
        @Override
        boolean installed() {
            return imports("from slixmpp import ClientXMPP");
        }
    },
    AIORTC("python3-aiortc") {
        @Override
        boolean installed() {
            return imports("import aiortc");
        }
    },
    COTURN("coturn") {
        @Override
        boolean installed() {
            return onPath("turnutils_uclient") && onPath("turnutils_peer");
        }
    },
    /** Machines of our own ({@link Host}). */
    NETWORKS("nftables") {
        @Override
        boolean installed() {
            return onPath("nft") && onPath("ip") && onPath("nsenter") && Host.canBeMade();
        }

        @Override
        String remedy() {
            return "no network namespaces with NAT; apt-get install nftables iproute2 util-linux, and be root or"
                    + " be allowed user namespaces";
        }
    },
    /** Who looks at what they say to each other; tcpdump does not start as the root of a user namespace. */
    CAPTURES("tcpdump") {
        @Override
        boolean installed() {
            return onPath("tcpdump") && Host.ROOT;
        }

        @Override
        String remedy() {
            return "no captures; apt-get install tcpdump, and be root";
        }
    },
    CHROMIUM("chromium") {
        @Override
        boolean installed() {
            Path modules = Chromium.FOLDER.resolve("node_modules");
            return onPath("chromium")
                    && onPath("node")
                    && Stream.of("playwright-core", "strophe.js", "stanza", "events", "esbuild")
                            .allMatch(each -> Files.isDirectory(modules.resolve(each)));
        }

        @Override
        String remedy() {
            return "chromium, node or a package of " + Chromium.FOLDER + "/node_modules is missing; apt-get install"
                    + " chromium nodejs npm, then npm install --prefix " + Chromium.FOLDER;
        }
    },
    DINO("dino-im xvfb dbus-daemon at-spi2-core gir1.2-atspi-2.0 libresolv-wrapper xdotool"
            + " pulseaudio gstreamer1.0-pulseaudio gstreamer1.0-plugins-good") {
        @Override
        boolean installed() {
            return onPath("dino-im")
                    && onPath("Xvfb")
                    && onPath("dbus-daemon")
                    && onPath("xdotool")
                    && onPath("pulseaudio")
                    && imports("import ctypes, gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi;"
                            + " ctypes.CDLL('libresolv_wrapper.so')");
        }
    },
    GAJIM("gajim xvfb dbus-daemon gir1.2-farstream-0.2 gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-good"
            + " gstreamer1.0-nice gstreamer1.0-gtk3 gstreamer1.0-gl") {
        @Override
        boolean installed() {
            return onPath("gajim")
                    && onPath("Xvfb")
                    && onPath("dbus-daemon")
                    && imports("import gi; gi.require_version('Gst', '1.0'); gi.require_version('Farstream', '0.2');"
                            + " from gi.repository import Farstream, Gst; Gst.init(None); assert all(map("
                            + "Gst.ElementFactory.find, ['fsrtpconference', 'gtksink', 'glsinkbin', 'nicesrc']))");
        }
    };

    /** Debian's own interpreter: one from elsewhere does not see Debian's packages. */
    static final Path PYTHON = Path.of("/usr/bin/python3");

    private final String aptPackage;

    Peer(String aptPackage) {
        this.aptPackage = aptPackage;
    }

    boolean installed() {
        return onPath(aptPackage);
    }

    /** What a person does about it. */
    String remedy() {
        return aptPackage + " is not installed; apt-get install " + aptPackage;
    }

    private static boolean onPath(String program) {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static boolean imports(String statement) {
        if (!Files.isExecutable(PYTHON)) {
            return false;
        }
        try {
            return new ProcessBuilder(PYTHON.toString(), "-c", statement)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.thingle.ops.state.StateDirectory;
import im.thingle.relay.bytestream.BytestreamLimits;
import im.thingle.relay.bytestream.BytestreamSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the configuration over the defaults of reference.conf and reports everything wrong with it at once. Confined to
 * its caller's thread.
 */
public final class SettingsReader {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final int MOST = 1_000_000;
    private static final long LEAST_BYTES = 1000;

    private final Problems problems = new Problems();
    private final Listeners listeners = new Listeners();
    private final Map<String, String> environment;

    private SettingsReader(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * What came of a reading. Immutable.
     *
     * @param settings present unless a problem is fatal
     */
    public record Outcome(Optional<Settings> settings, List<Problem> problems) {}

    /** @param file the operator's file; empty: the defaults alone */
    public static Outcome read(Optional<Path> file, Map<String, String> environment) {
        var reader = new SettingsReader(environment);
        var source = new Source(environment, reader.problems);
        var defaults = source.defaults();
        var given = file.map(path -> source.file(path, defaults)).orElse(Optional.of(ConfigFactory.empty()));
        var settings = given.map(config -> reader.settings(file, config, defaults));
        return new Outcome(settings.filter(whole -> !reader.problems.fatal()), reader.problems.sorted());
    }

    private Settings settings(Optional<Path> file, Config given, Config defaults) {
        var top = new Place(file.map(Path::toString).orElse("no configuration file"), file.isPresent() ? 1 : 0);
        checkTop(given, defaults);
        var root = given.root().get("thingle");
        try (var thingle = new Section("thingle", top, root, defaults.root().get("thingle"), problems)) {
            var directory = file.map(Path::toAbsolutePath).map(Path::getParent).orElse(Path.of("."));
            var xmpp = new XmppReader(directory, problems).read(thingle);
            var bytestreams = thingle.section("bytestreams");
            var choice = bytestreams.at("transport").choice(TransportChoice.class);
            var threads = bytestreams.at("threads").integer(0, 1024);
            var stream = bytestreams(bytestreams);
            var announced = announced(thingle.at("public-addresses"), stream.listen());
            var access = AccessReader.read(thingle, xmpp);
            var admin = admin(thingle);
            var turn = new TurnReader(directory, listeners, problems).read(thingle, xmpp, announced);
            var settings = new Settings(xmpp, announced, choice, threads, stream, turn,
                    ServicesReader.external(thingle), ServicesReader.relayNodes(thingle),
                    ServicesReader.gateway(thingle), access.allow(), access.operators(), admin,
                    state(thingle.at("state-directory"), directory),
                    thingle.at("drain-timeout").duration(Duration.ZERO, Duration.ofDays(1)), log(thingle));
            listeners.checkClashes();
            return settings;
        }
    }

    /** Other names at the top may serve substitutions, so only likely slips are refused there. */
    private void checkTop(Config given, Config defaults) {
        var ours = defaults.getConfig("thingle").root().keySet();
        for (var key : given.root().keySet()) {
            var place = Place.of(given.root().get(key).origin(), new Place("configuration", 0));
            if (ours.contains(key)) {
                problems.error(place, key, "stands outside of thingle", "move it into thingle { … }");
            } else if (!key.equals("thingle") && Nearest.to(key, List.of("thingle")).isPresent()) {
                problems.error(place, key, "unknown key", "did you mean thingle?");
            }
        }
    }

    private BytestreamSettings bytestreams(Section section) {
        try (section) {
            var listen = new ArrayList<InetSocketAddress>();
            var all = section.at("listen");
            for (var entry : all.list()) {
                listeners.read(entry).ifPresent(listen::add);
            }
            if (all.list().isEmpty()) {
                all.error("is empty", "write where clients connect, such as [\"[::]:5000\"]");
            }
            var limits = section.section("limits");
            return new BytestreamSettings(
                    List.copyOf(listen),
                    section.at("handshake-timeout").duration(SHORTEST, Duration.ofMinutes(10)),
                    limits.at("parked-timeout").duration(SHORTEST, Duration.ofDays(1)),
                    section.at("idle-timeout").duration(Duration.ZERO, Duration.ofDays(7)),
                    section.at("half-closed-timeout").duration(SHORTEST, Duration.ofDays(1)),
                    limits(limits));
        }
    }

    private static BytestreamLimits limits(Section section) {
        try (section) {
            return new BytestreamLimits(
                    section.at("streams").integer(0, MOST),
                    section.at("streams-per-jid").integer(0, MOST),
                    section.at("streams-per-address").integer(0, MOST),
                    section.at("parked").integer(0, MOST),
                    section.at("parked-per-address").integer(0, MOST),
                    section.at("rate").bytes(LEAST_BYTES),
                    section.at("rate-per-stream").bytes(LEAST_BYTES),
                    section.at("rate-per-jid").bytes(LEAST_BYTES),
                    section.at("rate-per-address").bytes(LEAST_BYTES),
                    section.at("bytes-per-day").bytes(LEAST_BYTES),
                    section.at("bytes-per-day-per-jid").bytes(LEAST_BYTES),
                    section.at("bytes-per-day-per-address").bytes(LEAST_BYTES));
        }
    }

    private List<String> announced(Entry entry, List<InetSocketAddress> listen) {
        var elements = entry.list();
        var announced = elements.stream().map(PublicAddress::read).flatMap(Optional::stream).distinct().toList();
        if (elements.isEmpty() && listen.stream().anyMatch(address -> address.getAddress().isAnyLocalAddress())) {
            entry.error("is missing, and bytestreams.listen names no single address to announce",
                    "write what clients can connect to, such as [\"203.0.113.7\"] or a host name");
        }
        return announced;
    }

    private Optional<InetSocketAddress> admin(Section thingle) {
        try (var admin = thingle.section("admin")) {
            var entry = admin.at("listen");
            return entry.text().orElse("").strip().equals("off") ? Optional.empty() : listeners.read(entry);
        }
    }

    private StateDirectory state(Entry entry, Path directory) {
        return new StateDirectory(entry.text().filter(text -> !text.isBlank()).map(directory::resolve)
                .orElseGet(() -> StateDirectory.usual(environment)));
    }

    private static LogSettings log(Section thingle) {
        try (var log = thingle.section("log")) {
            return new LogSettings(
                    log.at("level").choice(LogSettings.Level.class),
                    log.at("format").choice(LogSettings.Format.class),
                    log.at("addresses").choice(LogSettings.Addresses.class));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnChoice;
import im.thingle.ops.wiring.CallUris;
import im.thingle.ops.wiring.TurnSetup;
import im.thingle.stun.auth.SharedSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes time-limited TURN credentials as an XMPP server does, for a trial or a web page. Confined to the main thread. */
@Command(
        name = "credentials",
        description = "Makes a user name and a password for TURN, good for some time, and prints them with the server's"
                + " URIs to paste into any WebRTC page.",
        mixinStandardHelpOptions = true)
final class CredentialsCommand implements Callable<Integer> {
    private static final Pattern LIFETIME = Pattern.compile("([1-9][0-9]{0,5})([smhd])");
    private static final int LONGEST_USER = 400; // with the time before it within the 508 bytes of RFC 8489 §14.3

    /** The forms of the output. */
    enum Format { TEXT, JSON }

    private final Function<Optional<Path>, Optional<Settings>> reader;
    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Option(names = "--user", required = true, paramLabel = "NAME",
            description = "whom the limits on users and the log mean; may be empty")
    private String user;

    @Option(names = "--config", paramLabel = "FILE",
            description = "configuration; without it /etc/thingle/thingle.conf, or the defaults")
    private Path file;

    @Option(names = "--lifetime", defaultValue = "1d", paramLabel = "TIME",
            description = "how long they are good: a number with s, m, h or d; ${DEFAULT-VALUE} by default")
    private String lifetime;

    @Option(names = "--secret-index", defaultValue = "0", paramLabel = "N",
            description = "which secret: 0, the default, is shared-secret, the others of shared-secrets follow")
    private int index;

    @Option(names = "--format", defaultValue = "text", paramLabel = "FORMAT",
            description = "text or json; ${DEFAULT-VALUE} by default")
    private Format format;

    /** @param reader reads the configuration and reports its problems; empty if one is fatal */
    CredentialsCommand(Function<Optional<Path>, Optional<Settings>> reader, InstantSource clock) {
        this.reader = reader;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        var duration = duration();
        if (user.getBytes(StandardCharsets.UTF_8).length > LONGEST_USER
                || user.chars().anyMatch(Character::isISOControl)) {
            throw wrong("--user: at most " + LONGEST_USER + " bytes without control characters");
        }
        var settings = reader.apply(Optional.ofNullable(file));
        return settings.map(found -> print(found, duration)).orElse(Exit.CONFIG).status();
    }

    private Duration duration() {
        var match = LIFETIME.matcher(lifetime);
        if (!match.matches()) {
            throw wrong("--lifetime: " + lifetime + " is not a number with s, m, h or d, such as 12h");
        }
        var unit = switch (match.group(2)) {
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.DAYS;
        };
        return Duration.of(Long.parseLong(match.group(1)), unit);
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    private Exit print(Settings settings, Duration duration) {
        if (settings.turn().choice() == TurnChoice.OFF) {
            return fail(Exit.CONFIG, "thingle.turn.enabled is off: nobody takes credentials");
        }
        try {
            var secrets = TurnSetup.credentials(settings).secrets();
            if (secrets.isEmpty()) {
                return fail(Exit.CONFIG, "there are users, but no shared secret; write thingle.turn.shared-secret");
            }
            if (index < 0 || index >= secrets.size()) {
                throw wrong("--secret-index: there are " + secrets.size() + " secrets, counted from 0");
            }
            var expires = clock.instant().plus(duration).truncatedTo(ChronoUnit.SECONDS);
            var made = new SharedSecret(secrets.subList(index, secrets.size())).mint(user, expires.getEpochSecond());
            print(made, expires, duration, CallUris.of(settings));
            return Exit.OK;
        } catch (IOException unusable) {
            return fail(Exit.IO, unusable.getMessage());
        }
    }

    private Exit fail(Exit exit, String why) {
        spec.commandLine().getErr().println("thingle: " + why);
        return exit;
    }

    private void print(SharedSecret.Credential made, Instant expires, Duration duration, CallUris uris) {
        var out = spec.commandLine().getOut();
        var servers = List.of(
                Map.of("urls", uris.stun()),
                Map.of("urls", uris.turn(), "username", made.username(), "credential", made.password()));
        if (format == Format.JSON) {
            var all = new LinkedHashMap<String, Object>();
            all.put("username", made.username());
            all.put("password", made.password());
            all.put("expires", expires.toString());
            all.put("ttl", duration.toSeconds());
            all.put("uris", uris.all());
            all.put("iceServers", servers);
            out.println(json(all));
        } else {
            out.println("username  " + made.username());
            out.println("password  " + made.password());
            out.println("expires   " + expires);
            uris.all().forEach(uri -> out.println("uri       " + uri));
            out.println();
            out.println("For a web page: new RTCPeerConnection(" + json(Map.of("iceServers", servers)) + ")");
        }
        out.flush();
    }

    private static String json(Map<String, Object> value) {
        return ConfigValueFactory.fromMap(value).render(ConfigRenderOptions.concise().setFormatted(true)).strip();
    }
}

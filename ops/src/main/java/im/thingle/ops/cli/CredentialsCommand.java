// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import im.thingle.ops.account.AccountTags;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnChoice;
import im.thingle.ops.config.TurnCredentials;
import im.thingle.ops.wiring.CallUris;
import im.thingle.ops.wiring.TurnSetup;
import im.thingle.signaling.stanza.Jids;
import im.thingle.stun.auth.SharedSecret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
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
import org.jxmpp.jid.Jid;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Makes time-limited TURN credentials as an XMPP server does, for a trial or a web page, and finds out what is wrong
 * with those that others made. Confined to the main thread.
 */
@Command(
        name = "credentials",
        description = "Makes a user name and a password for TURN, good for some time, and prints them with the server's"
                + " URIs to paste into any WebRTC page. With --verify tries those that somebody else made.",
        mixinStandardHelpOptions = true)
final class CredentialsCommand implements Callable<Integer> {
    private static final Pattern LIFETIME = Pattern.compile("([1-9][0-9]{0,5})([smhd])");
    private static final int LONGEST_USER = 400; // with the time before it within the 508 bytes of RFC 8489 §14.3

    /** The forms of the output. */
    enum Format { TEXT, JSON }

    private final Function<Optional<Path>, Optional<Settings>> reader;
    private final InstantSource clock;
    private final InputStream in;

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Whom whom;

    @Option(names = "--username", paramLabel = "NAME", description = "the user name to verify; without it the"
            + " name and the password are found in what is pasted into standard input")
    private String username;

    @Option(names = "--password", paramLabel = "PASSWORD",
            description = "the password to verify; everybody on this machine"
            + " can see it here, so better paste it")
    private String password;

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

    /** What to do, and for whom. */
    private static final class Whom {
        @Option(names = "--user", required = true, paramLabel = "NAME",
                description = "makes them for a name: whom the limits on users and the log mean; may be empty")
        private String user;

        @Option(names = "--account", required = true, paramLabel = "JID",
                description = "makes them for an XMPP account, as XEP-0215 hands them out: with a tag in place"
                        + " of the JID")
        private String account;

        @Option(names = "--verify", required = true,
                description = "says whether the configuration accepts given credentials, and takes an allocation"
                        + " with them")
        private boolean verify;
    }

    /** @param reader reads the configuration and reports its problems; empty if one is fatal */
    CredentialsCommand(Function<Optional<Path>, Optional<Settings>> reader, InstantSource clock, InputStream in) {
        this.reader = reader;
        this.clock = clock;
        this.in = in;
    }

    @Override
    public Integer call() {
        var duration = duration();
        checkNames();
        var settings = reader.apply(Optional.ofNullable(file));
        return settings.map(found -> run(found, duration)).orElse(Exit.CONFIG).status();
    }

    private void checkNames() {
        if (whom.user != null && (whom.user.getBytes(StandardCharsets.UTF_8).length > LONGEST_USER
                || whom.user.chars().anyMatch(Character::isISOControl))) {
            throw wrong("--user: at most " + LONGEST_USER + " bytes without control characters");
        }
        if (whom.account != null && account().isEmpty()) {
            throw wrong("--account: " + whom.account + " is not a bare JID, such as alice@example.org");
        }
        if (!whom.verify && (username != null || password != null) || (username == null) != (password == null)) {
            throw wrong("--username and --password go together, with --verify");
        }
    }

    private Optional<String> account() {
        return Jids.parse(whom.account).filter(jid -> !jid.hasResource()).map(Jid::toString);
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

    private Exit run(Settings settings, Duration duration) {
        if (settings.turn().choice() == TurnChoice.OFF) {
            return fail(Exit.CONFIG, "thingle.turn.enabled is off: nobody takes credentials");
        }
        try {
            var credentials = TurnSetup.credentials(settings);
            if (whom.verify) {
                return verify(settings, credentials);
            }
            var secrets = credentials.secrets();
            if (secrets.isEmpty()) {
                return fail(Exit.CONFIG, "there are users, but no shared secret; write thingle.turn.shared-secret");
            }
            if (index < 0 || index >= secrets.size()) {
                throw wrong("--secret-index: there are " + secrets.size() + " secrets, counted from 0");
            }
            var expires = clock.instant().plus(duration).truncatedTo(ChronoUnit.SECONDS);
            var chosen = secrets.subList(index, secrets.size());
            var user = account().map(new AccountTags(chosen)::tag).orElse(whom.user);
            var made = new SharedSecret(chosen).mint(user, expires.getEpochSecond());
            print(made, expires, duration, CallUris.of(settings));
            return Exit.OK;
        } catch (IOException unusable) {
            return fail(Exit.IO, unusable.getMessage());
        }
    }

    private Exit verify(Settings settings, TurnCredentials credentials) throws IOException {
        if (username == null && System.console() != null && System.console().isTerminal()) {
            spec.commandLine().getErr().println("paste the credentials, as XML, JSON or text, and press Enter");
        }
        var given = username == null
                ? PastedCredentials.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)))
                : Optional.of(new PastedCredentials(username, password));
        return given
                .map(pasted -> new CredentialsTrial(settings, pasted, spec.commandLine().getOut())
                        .run(credentials, clock.instant()))
                .orElseThrow(() -> wrong("--verify: no username and password in standard input"));
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

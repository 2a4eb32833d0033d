// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

import im.thingle.ops.config.Problem;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.SettingsReader;
import im.thingle.ops.config.SettingsSummary;
import im.thingle.ops.wiring.CallUris;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line. Confined to the main thread. */
@Command(
        name = "thingle",
        synopsisSubcommandLabel = "COMMAND",
        description = "Carries files and calls between XMPP clients: a SOCKS5 bytestream proxy and a TURN server"
                + " beside any XMPP server.",
        mixinStandardHelpOptions = true,
        subcommands = CommandLine.HelpCommand.class)
public final class Thingle implements Runnable {
    /** Read by {@code run} when no file is named. */
    static final Path USUAL_FILE = Path.of("/etc/thingle/thingle.conf");

    private final ToIntFunction<Settings> server;
    private final Map<String, String> environment;
    private final Path usualFile;

    @Spec
    private CommandSpec spec;

    /** @param server serves until it is told to stop and returns an exit status */
    Thingle(ToIntFunction<Settings> server, Map<String, String> environment, Path usualFile) {
        this.server = server;
        this.environment = environment;
        this.usualFile = usualFile;
    }

    /** The command line of the real process. */
    public static CommandLine commandLine(ToIntFunction<Settings> server) {
        return new Thingle(server, System.getenv(), USUAL_FILE).commandLine();
    }

    CommandLine commandLine() {
        var line = new CommandLine(this);
        line.addSubcommand(new CredentialsCommand(this::read, InstantSource.system(), System.in));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        var statuses = Arrays.stream(Exit.values())
                .collect(Collectors.toMap(exit -> " " + exit.status(), Exit::meaning, (a, b) -> a, LinkedHashMap::new));
        for (var each : List.of(line, line.getSubcommands().get("run"), line.getSubcommands().get("check-config"),
                line.getSubcommands().get("credentials"))) {
            each.getCommandSpec().usageMessage().exitCodeListHeading("%nExit status:%n").exitCodeList(statuses);
            each.getCommandSpec().versionProvider(() -> new String[] {"thingle " + Version.current()});
            each.getCommandSpec().exitCodeOnInvalidInput(Exit.USAGE.status());
            each.getCommandSpec().exitCodeOnExecutionException(Exit.INTERNAL.status());
        }
        line.setParameterExceptionHandler((wrong, args) -> {
            var command = wrong.getCommandLine();
            command.getErr().println("thingle: " + wrong.getMessage() + "; see: thingle help");
            return Exit.USAGE.status();
        });
        line.setExecutionExceptionHandler((fault, command, parsed) -> {
            command.getErr().println("thingle: a fault of Thingle's own; please report it with this trace");
            fault.printStackTrace(command.getErr());
            return Exit.INTERNAL.status();
        });
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: run, check-config or credentials");
    }

    @Command(name = "run", description = "Serves in the foreground until SIGTERM or SIGINT.",
            mixinStandardHelpOptions = true)
    int serve(
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            description = "configuration; without it /etc/thingle/thingle.conf, or the defaults")
                    Path file) {
        return read(Optional.ofNullable(file)).map(server::applyAsInt).orElse(Exit.CONFIG.status());
    }

    private Optional<Settings> read(Optional<Path> file) {
        var chosen = file.or(() -> Optional.of(usualFile).filter(Files::exists));
        var outcome = SettingsReader.read(chosen, environment);
        report(outcome.problems());
        return outcome.settings();
    }

    @Command(
            name = "check-config",
            description = "Reports everything wrong with a configuration file, or the settings in effect.",
            mixinStandardHelpOptions = true)
    int check(@Parameters(paramLabel = "FILE", description = "configuration to check") Path file) {
        var outcome = SettingsReader.read(Optional.of(file), environment);
        report(outcome.problems());
        if (outcome.settings().isEmpty()) {
            return Exit.CONFIG.status();
        }
        var out = spec.commandLine().getOut();
        out.println(file + ": ok");
        out.print(SettingsSummary.of(outcome.settings().get()));
        printTold(outcome.settings().get(), out);
        out.flush();
        return Exit.OK.status();
    }

    private static void printTold(Settings settings, PrintWriter out) {
        var told = CallUris.told(settings);
        out.println("Of calls, clients that ask are told (XEP-0215)" + (told.isEmpty() ? " nothing" : ":"));
        told.forEach(uri -> out.println("  " + uri));
        if (!told.isEmpty() && told.stream().allMatch(uri -> uri.startsWith("stun"))) {
            out.println("  and no TURN: credentials need thingle.turn.shared-secret and a listener");
        }
    }

    private void report(List<Problem> problems) {
        PrintWriter err = spec.commandLine().getErr();
        problems.forEach(err::println);
        err.flush();
    }
}

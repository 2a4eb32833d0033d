// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Parses HOCON and fills in its substitutions, and turns what goes wrong there into problems. */
final class Source {
    private static final ConfigResolveOptions PLAIN = ConfigResolveOptions.noSystem();
    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{\\??([^}]*)}");
    private static final int MOST_SUBSTITUTIONS = 50;

    private final Map<String, String> environment;
    private final Problems problems;

    Source(Map<String, String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    Config defaults() {
        return ConfigFactory.parseResources(Source.class.getClassLoader(), "reference.conf")
                .resolveWith(environment(Map.of()), PLAIN);
    }

    /** The operator's file with every substitution filled in; empty after noting what is wrong with it. */
    Optional<Config> file(Path file, Config defaults) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            var why = Files.isDirectory(file) ? "is a directory" : Files.exists(file) ? "cannot be read"
                    : "there is no such file";
            problems.error(new Place(file.toString(), 0), "", why, "name a readable configuration file");
            return Optional.empty();
        }
        try {
            var options = ConfigParseOptions.defaults().setAllowMissing(false).setSyntax(ConfigSyntax.CONF);
            return resolve(file, ConfigFactory.parseFile(file.toFile(), options), defaults);
        } catch (ConfigException broken) {
            note(file, broken);
            return Optional.empty();
        }
    }

    /** An unresolved name gets a stand-in and another round, so that all of them are found. */
    private Optional<Config> resolve(Path file, Config parsed, Config defaults) {
        var standIns = new HashMap<String, String>();
        while (true) {
            try {
                var resolved = parsed.resolveWith(parsed.withFallback(defaults).withFallback(environment(standIns)),
                        PLAIN);
                return standIns.isEmpty() ? Optional.of(resolved) : Optional.empty();
            } catch (ConfigException.UnresolvedSubstitution unresolved) {
                var name = SUBSTITUTION.matcher(String.valueOf(unresolved.getMessage()));
                if (!name.find() || standIns.size() == MOST_SUBSTITUTIONS || standIns.put(name.group(1), "") != null) {
                    throw unresolved;
                }
                problems.error(place(file, unresolved), "", "nothing is called " + name.group(),
                        "set it in the environment, or write ${?" + name.group(1) + "} if it may be missing");
            }
        }
    }

    private Config environment(Map<String, String> standIns) {
        var all = new HashMap<String, Object>(environment);
        all.putAll(standIns);
        return ConfigValueFactory.fromMap(all, "environment").toConfig();
    }

    private void note(Path file, ConfigException broken) {
        var place = place(file, broken);
        var message = String.valueOf(broken.getMessage());
        if (broken.origin() != null && message.startsWith(broken.origin().description() + ": ")) {
            message = message.substring(broken.origin().description().length() + 2);
        }
        if (mayHoldSecret(place)) {
            message = "not shown, because a secret may be on this line";
        }
        var gist = message.replaceAll("\\s+", " ").replaceAll(" \\(if you intended.*", "");
        problems.error(place, "", "not valid HOCON: " + gist,
                "look for a missing quote, brace or comma here or on the line above");
    }

    /** The parser quotes what it stumbles over, and that must never be a secret. */
    private static boolean mayHoldSecret(Place place) {
        try {
            var lines = Files.readAllLines(Path.of(place.file()));
            var from = Math.clamp(place.line() - 2L, 0, lines.size());
            var to = Math.clamp(place.line(), from, lines.size());
            return lines.subList(from, to).stream().anyMatch(line -> line.contains("secret") || line.contains("users"))
                    || amongUsers(lines.subList(0, from));
        } catch (IOException | RuntimeException unreadable) {
            return true;
        }
    }

    /** Whether a section of passwords was opened and not closed since. */
    private static boolean amongUsers(List<String> before) {
        var among = false;
        for (var line : before) {
            var opened = line.indexOf("users");
            among = opened >= 0 ? line.indexOf('}', opened) < 0 : among && !line.contains("}");
        }
        return among;
    }

    private static Place place(Path file, ConfigException broken) {
        return Place.of(broken.origin(), new Place(file.toString(), 0));
    }
}

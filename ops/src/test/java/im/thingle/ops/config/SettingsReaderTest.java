// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import static im.thingle.ops.config.ConfigFile.XMPP;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.bytestream.BytestreamLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    private static final String ANNOUNCED = "thingle.public-addresses = [\"203.0.113.7\"]\n";

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void open() {
        file = new ConfigFile(directory);
    }

    @Test
    void readsTheExampleOfTheReadme() {
        var settings = file.with(Map.of("THINGLE_SECRET", "hush")).settings("""
                thingle {
                  xmpp { host = "127.0.0.1", port = 5347, jid = "proxy.example.org", secret = ${?THINGLE_SECRET} }
                  public-addresses = ["203.0.113.7", "2001:db8:0:0:0:0:0:7"]
                  bytestreams {
                    listen = ["[::]:5000"]
                    limits { streams = 20000, streams-per-jid = 20, parked-per-address = 100, parked-timeout = 10m,
                             rate-per-stream = 10M, bytes-per-day-per-jid = "1 GiB" }
                  }
                  access { allow = ["example.org", "Guest@Elsewhere.org"] }
                  admin { listen = "127.0.0.1:9600" }
                }
                """);

        assertThat(settings.xmpp()).containsExactly(new XmppServer(
                "127.0.0.1", 5347, "proxy.example.org", "hush", TlsMode.OFF, Optional.empty(),
                List.of("example.org")));
        assertThat(settings.publicAddresses()).containsExactly("203.0.113.7", "2001:db8::7");
        assertThat(settings.bytestreams().listen()).containsExactly(new InetSocketAddress("::", 5000));
        assertThat(settings.bytestreams().parkedTimeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.bytestreams().limits())
                .isEqualTo(new BytestreamLimits(20_000, 20, 0, 20_000, 100, 0, 10L << 20, 0, 0, 0, 1L << 30, 0));
        assertThat(settings.allow()).containsExactly("example.org", "guest@elsewhere.org");
        assertThat(settings.admin()).contains(new InetSocketAddress("127.0.0.1", 9600));
    }

    @Test
    void fillsInTheDefaults() {
        var settings = file.settings(XMPP + ANNOUNCED);

        assertThat(settings.transport()).isEqualTo(TransportChoice.AUTO);
        assertThat(settings.threads()).isZero();
        assertThat(settings.allow()).isEmpty();
        assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.log()).isEqualTo(LogSettings.DEFAULT);
        assertThat(settings.bytestreams().handshakeTimeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.bytestreams().idleTimeout()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.bytestreams().halfClosedTimeout()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void reportsEverythingAtOnceWithFileAndLine() {
        var problems = file.problems("""
                thingle {
                  xmpp { hots = "127.0.0.1", port = 70000, jid = "romeo@example.org" }
                  public-addresses = [
                    "0.0.0.0",
                    "2001:db8::7"
                  ]
                  bytestreams {
                    listen = ["[::]:5000"]
                    handshake-timeout = 15
                    limits { streams = many, parked-timout = 10m }
                  }
                  admin { listen = "127.0.0.1:5000" }
                  log.level = inof
                }
                """);

        assertThat(problems).containsExactly(
                "t.conf:2: thingle.xmpp.port: is 70000, outside 1 to 65535",
                "t.conf:2: thingle.xmpp.jid: is not a domain: \"romeo@example.org\"; a component is a bare"
                        + " domain, such as proxy.example.org",
                "t.conf:2: thingle.xmpp.secret: is missing; set it to the component secret of your XMPP server, or set"
                        + " THINGLE_SECRET in the environment",
                "t.conf:2: thingle.xmpp.hots: unknown key; did you mean host?",
                "t.conf:4: thingle.public-addresses: \"0.0.0.0\" is the address for \"anywhere\", which nobody"
                        + " can connect to; write an address or a name that clients can connect to",
                "t.conf:9: thingle.bytestreams.handshake-timeout: has no unit: \"15\"; write 15s for seconds or 15m for"
                        + " minutes",
                "t.conf:10: thingle.bytestreams.limits.streams: must be a whole number, not \"many\"; write a"
                        + " number from 0 to 1000000",
                "t.conf:10: thingle.bytestreams.limits.parked-timout: unknown key; did you mean parked-timeout?",
                "t.conf:12: thingle.admin.listen: clashes with thingle.bytestreams.listen at t.conf:8: both want"
                        + " port 5000; give one of them another port",
                "t.conf:13: thingle.log.level: must be one of error, warn, info, debug, trace, not \"inof\";"
                        + " did you mean info?");
    }

    @Test
    void returnsNoSettingsWhileAProblemIsFatal() {
        assertThat(file.read("thingle.log.level = inof\n").settings()).isEmpty();
    }

    @Test
    void saysWhatIsMissingWhenThereIsNoFile() {
        var outcome = SettingsReader.read(Optional.empty(), Map.of());

        assertThat(outcome.settings()).isEmpty();
        assertThat(outcome.problems()).extracting(Problem::key)
                .containsExactly("thingle.xmpp.jid", "thingle.xmpp.secret", "thingle.public-addresses");
        assertThat(outcome.problems()).extracting(problem -> problem.place().toString())
                .containsOnly("no configuration file");
    }

    @Test
    void namesTheFileThatIsNotThere() {
        var outcome = SettingsReader.read(Optional.of(Path.of("nowhere.conf")), Map.of());

        assertThat(outcome.problems()).extracting(Problem::toString)
                .containsExactly("nowhere.conf: there is no such file; name a readable configuration file");
    }

    @Test
    void findsKeysAndSlipsOutsideOfThingle() {
        assertThat(file.problems(XMPP + ANNOUNCED + "admin { }\nthingel { }\nmine = 1\n")).containsExactly(
                "t.conf:3: admin: stands outside of thingle; move it into thingle { … }",
                "t.conf:4: thingel: unknown key; did you mean thingle?");
    }

    @Test
    void namesTheLineOfASyntaxError() {
        assertThat(file.problems(XMPP + ANNOUNCED + "thingle { log { level = info }\n}}\n"))
                .singleElement().asString().startsWith("t.conf:4: not valid HOCON: ");
    }

    @Test
    void neverShowsALineWithASecret() {
        var problems = file.problems("thingle {\n xmpp { secret = swordfish\" } }\n}\n");

        assertThat(problems).singleElement().asString().contains("not valid HOCON").doesNotContain("swordfish");
    }

    @Test
    void namesEverySubstitutionThatLeadsNowhere() {
        assertThat(file.problems("thingle.xmpp.jid = ${NO_JID}\nthingle.xmpp.secret = ${NO_SECRET}\n"))
                .containsExactlyInAnyOrder(
                        "t.conf:1: nothing is called ${NO_JID}; set it in the environment, or write ${?NO_JID}"
                                + " if it may be missing",
                        "t.conf:2: nothing is called ${NO_SECRET}; set it in the environment, or write"
                                + " ${?NO_SECRET} if it may be missing");
    }

    @Test
    void takesTheSecretFromTheEnvironmentByDefault() {
        var settings = file.with(Map.of("THINGLE_SECRET", "hush"))
                .settings("thingle.xmpp.jid = proxy.example.org\n" + ANNOUNCED);

        assertThat(settings.xmpp().getFirst().secret()).isEqualTo("hush");
    }

    @Test
    void namesTheIncludedFileAProblemStandsIn() {
        file.write("extra.conf", "\nthingle.log.fromat = json\n");

        assertThat(file.problems(XMPP + ANNOUNCED + "include \"extra.conf\"\n"))
                .containsExactly("extra.conf:2: thingle.log.fromat: unknown key; did you mean format?");
    }

    @Test
    void takesAnEmptyAccessListOnlyWhereThereIsAParentDomain() {
        assertThat(file.problems("thingle.xmpp { jid = proxy, secret = s }\n" + ANNOUNCED)).containsExactly(
                "t.conf:1: thingle.access.allow: is empty, and component proxy has no parent domain to serve"
                        + " by default; list the domains whose users may use it");
    }

    @Test
    void refusesAccessEntriesThatMatchNobody() {
        assertThat(file.problems(XMPP + ANNOUNCED + "thingle.access.allow = [\"*.example.org\", \"a@b/c\", \"a b\"]\n"))
                .containsExactly(
                        "t.conf:3: thingle.access.allow: has a wildcard inside: \"*.example.org\"; list each"
                                + " domain; only \"*\" alone means everybody",
                        "t.conf:3: thingle.access.allow: has a resource: \"a@b/c\"; write a@b",
                        "t.conf:3: thingle.access.allow: is neither a domain nor a bare JID: \"a b\"; write"
                                + " example.org or user@example.org");
    }

    @Test
    void turnsTheAdminListenerOff() {
        assertThat(file.settings(XMPP + ANNOUNCED + "thingle.admin.listen = off\n").admin()).isEmpty();
    }

    @Test
    void refusesSizesAndDurationsOutOfRange() {
        assertThat(file.problems(XMPP + ANNOUNCED + """
                thingle.bytestreams {
                  half-closed-timeout = 1ms
                  idle-timeout = soon
                  limits { rate = 10, bytes-per-day = lots, streams-per-jid = [1], parked = -1 }
                }
                """)).containsExactlyInAnyOrder(
                "t.conf:4: thingle.bytestreams.half-closed-timeout: is 1ms, outside 100ms to 1d",
                "t.conf:5: thingle.bytestreams.idle-timeout: must be a duration, not \"soon\"; write a number"
                        + " with ms, s, m, h or d, such as 30s",
                "t.conf:6: thingle.bytestreams.limits.rate: is 10 bytes, less than 1000; write 0 for no limit,"
                        + " or a unit, such as 10M",
                "t.conf:6: thingle.bytestreams.limits.bytes-per-day: must be a size, not \"lots\"; write bytes"
                        + " with a unit, such as 512k, 10M or \"1 GiB\"; 0: no limit",
                "t.conf:6: thingle.bytestreams.limits.streams-per-jid: must be a single value, not a list",
                "t.conf:6: thingle.bytestreams.limits.parked: is -1, outside 0 to 1000000");
    }

    @Test
    void showsEffectiveSettingsWithoutSecrets() {
        var summary = SettingsSummary.of(
                file.settings("thingle.xmpp { jid = proxy.example.org, secret = swordfish }\n" + ANNOUNCED));

        assertThat(summary).contains("secret set").contains("203.0.113.7").doesNotContain("swordfish");
        assertThat(file.settings("thingle.xmpp { jid = proxy.example.org, secret = swordfish }\n" + ANNOUNCED)
                .toString())
                .doesNotContain("swordfish");
    }

    @Test
    void documentsExactlyTheKeysItReads() {
        var defaults = new Source(Map.of("STATE_DIRECTORY", "/var/lib/x"), new Problems()).defaults();
        var everyKey = new StringBuilder();
        defaults.getConfig("thingle").root().keySet().forEach(key -> everyKey.append(key).append('\n'));

        // a reference.conf with a key that the reader does not ask for would report that key as unknown
        var rendered = defaults.root().render(com.typesafe.config.ConfigRenderOptions.concise());
        assertThat(file.problems(rendered)).noneMatch(problem -> problem.contains("unknown key"));
        assertThat(everyKey.toString().lines().sorted().toList()).isEqualTo(
                List.of("access", "admin", "bytestreams", "drain-timeout", "external-services", "gateway", "log",
                        "public-addresses", "relay-nodes", "state-directory", "turn", "xmpp"));
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import static im.thingle.ops.config.ConfigFile.XMPP;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.turn.NatDiscoverySettings;
import im.thingle.relay.turn.PortRange;
import im.thingle.relay.turn.RelayAddress;
import im.thingle.stun.turn.Prefix;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TurnReaderTest {
    private static final String BASE = XMPP + "thingle.public-addresses = [\"203.0.113.7\"]\n";
    private static final String LONG = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void open() {
        file = new ConfigFile(directory);
    }

    private TurnOptions turn(String keys) {
        return file.settings(BASE + "thingle.turn {\n" + keys + "\n}\n").turn();
    }

    private List<String> problems(String keys) {
        return file.problems(BASE + "thingle.turn {\n" + keys + "\n}\n");
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Test
    void relaysCallsByDefaultOnTheUsualPorts() {
        var turn = file.settings(BASE).turn();

        assertThat(turn.choice()).isEqualTo(TurnChoice.AUTO);
        assertThat(turn.listen().udp()).containsExactly(at("::", 3478));
        assertThat(turn.listen().tcp()).containsExactly(at("::", 3478));
        assertThat(turn.listen().tls()).containsExactly(at("::", 5349));
        assertThat(turn.listen().dtls()).containsExactly(at("::", 5349));
        assertThat(turn.listen().natDiscovery()).isEmpty();
        assertThat(turn.credentials().isEmpty()).isTrue();
        assertThat(turn.certificate()).isEmpty();
        assertThat(turn.relayPorts()).isEqualTo(PortRange.DYNAMIC);
        assertThat(turn.relayAddresses()).isEmpty();
        assertThat(turn.proxies()).isEmpty();
        assertThat(turn.times()).isEqualTo(new TurnTimes(
                Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(1), Duration.ofNanos(200_000),
                Duration.ofMillis(200)));
    }

    @Test
    void isSafeByDefault() {
        var turn = file.settings(BASE).turn();

        assertThat(turn.peers()).isEqualTo(new TurnPeers(List.of(), List.of(), List.of(), 1024, List.of()));
        assertThat(turn.tcpRelay()).isFalse();
        assertThat(turn.mobility()).isFalse();
        assertThat(turn.limits()).isEqualTo(new TurnLimits(10, 20, 100, 100, 0, 50, 100));
    }

    @Test
    void readsEverythingThatCanBeWritten() {
        var turn = turn("""
                enabled = on
                udp = ["0.0.0.0:3479"], tcp = "127.0.0.1:443", tls = ["127.0.0.1:443"], dtls = []
                nat-discovery = ["192.0.2.1:3478", "192.0.2.2:3479"]
                realm = example.net
                shared-secret = "%1$s1", shared-secrets = ["%1$s2", "%1$s1"]
                users { alice = "rabbit hole", "bob@example.org" = builder }
                relay-ports = "50000-50999"
                relay-addresses = [{ bind = "10.0.0.5", announce = "203.0.113.7" }, "2001:db8::7"]
                allow-peers = ["10.0.0.0/8", "fd00::/8"], deny-peers = ["192.88.99.1"], nat64 = "2001:db8:64::/96"
                lowest-peer-port = 1, allow-peer-ports = [443]
                tcp-relay = on, mobility = on, proxy-protocol = ["10.1.0.0/16"]
                default-lifetime = 5m, longest-lifetime = 2h, nonce-lifetime = 30m, coalesce = 1ms, early-checks = 0
                limits { allocations-per-user = 1, allocations-per-address = 2, permissions-per-allocation = 3,
                         channels-per-allocation = 4, rate-per-allocation = 1M, challenges-per-network = 6,
                         connections-per-address = 7 }
                """.formatted(LONG));

        assertThat(turn).isEqualTo(new TurnOptions(
                TurnChoice.ON,
                new TurnListeners(List.of(at("0.0.0.0", 3479)), List.of(at("127.0.0.1", 443)),
                        List.of(at("127.0.0.1", 443)), List.of(), Optional.of(
                                new NatDiscoverySettings(at("192.0.2.1", 3478), at("192.0.2.2", 3479)))),
                "example.net",
                new TurnCredentials(List.of(LONG + 1, LONG + 2),
                        Map.of("alice", "rabbit hole", "bob@example.org", "builder")),
                Optional.empty(),
                new PortRange(50_000, 50_999),
                List.of(new RelayAddress(InetAddress.ofLiteral("10.0.0.5"), InetAddress.ofLiteral("203.0.113.7")),
                        new RelayAddress(InetAddress.ofLiteral("2001:db8::7"), InetAddress.ofLiteral("2001:db8::7"))),
                new TurnPeers(List.of(Prefix.parse("10.0.0.0/8"), Prefix.parse("fd00::/8")),
                        List.of(Prefix.parse("192.88.99.1/32")), List.of(Prefix.parse("2001:db8:64::/96")), 1,
                        List.of(443)),
                true,
                true,
                List.of(Prefix.parse("10.1.0.0/16")),
                new TurnTimes(Duration.ofMinutes(5), Duration.ofHours(2), Duration.ofMinutes(30), Duration.ofMillis(1),
                        Duration.ZERO),
                new TurnLimits(1, 2, 3, 4, 1 << 20, 6, 7)));
    }

    @Test
    void insistsOnWhatIsWritten() {
        assertThat(turn("").choice()).isEqualTo(TurnChoice.ON);
        assertThat(turn("enabled = auto, realm = example.org").choice()).isEqualTo(TurnChoice.ON);
        assertThat(turn("enabled = true").choice()).isEqualTo(TurnChoice.ON);
        assertThat(turn("enabled = false").choice()).isEqualTo(TurnChoice.OFF);
    }

    @Test
    void takesTheParentDomainOfTheFirstComponentAsRealm() {
        assertThat(file.settings(BASE).turn().realm()).isEqualTo("example.org");
    }

    @Test
    void takesTheSecretFromTheEnvironmentByDefault() {
        var settings = file.with(Map.of("THINGLE_TURN_SECRET", LONG)).settings(BASE);

        assertThat(settings.turn().credentials().secrets()).containsExactly(LONG);
    }

    @Test
    void neverPrintsSecretsAndPasswords() {
        var keys = "thingle.turn { shared-secret = swordfish-swordfish, users { alice = rabbithole } }\n";
        var settings = file.settings(BASE + keys);

        assertThat(settings.toString() + SettingsSummary.of(settings))
                .contains("1 secrets, 1 users").doesNotContain("swordfish").doesNotContain("rabbithole");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "thingle.turn {\n users {\n bob = x\n\n eve = x\n\n alice = [x] \"rabbithole\" \n}\n}\n",
        "thingle.turn {\n users { alice \"rabbithole\"\n}\n}\n",
        "thingle.turn {\n shared-secrets = [x] \"rabbithole\"\n }\n"
    })
    void neverShowsALineWithAPassword(String keys) {
        assertThat(file.problems(BASE + keys)).singleElement().asString()
                .contains("not valid HOCON").doesNotContain("rabbithole");
    }

    @Test
    void reportsEverythingAtOnceWithFileAndLine() {
        assertThat(problems("""
                udp = ["0.0.0.0"], relm = example.org
                relay-ports = "49152"
                relay-addresses = ["203.0.113", { bind = "10.0.0.5", anounce = "203.0.113.7" }]
                allow-peers = ["10.0.0.1/8", "localhost"]
                allow-peer-ports = [0], nat64 = ["64:ff9b:1::/50"]
                default-lifetime = 1h, longest-lifetime = 30m
                coalesce = 1s, early-checks = 1m
                limits { allocations-per-usr = 1, rate-per-allocation = 10 }
                users { alice = "", a.b = c }
                """)).containsExactly(
                "t.conf:4: thingle.turn.udp: is not address:port: \"0.0.0.0\"; write \"address:port\", such as"
                        + " \"[::]:5000\" or \"127.0.0.1:5000\"",
                "t.conf:4: thingle.turn.relm: unknown key; did you mean realm?",
                "t.conf:5: thingle.turn.relay-ports: is not a range of ports: \"49152\"; write \"FIRST-LAST\", such as"
                        + " \"49152-65535\"",
                "t.conf:6: thingle.turn.relay-addresses: is not an address: \"203.0.113\"; write an IPv4 address,"
                        + " or an IPv6 address without brackets",
                "t.conf:6: thingle.turn.relay-addresses[1].announce: is missing; write an IPv4 address, or an"
                        + " IPv6 address without brackets",
                "t.conf:6: thingle.turn.relay-addresses[1].anounce: unknown key; did you mean announce?",
                "t.conf:7: thingle.turn.allow-peers: 10.0.0.1/8 has bits set behind the prefix (expected: 10.0.0.0/8)",
                "t.conf:7: thingle.turn.allow-peers: \"localhost\" is no address range (expected: 10.0.0.0/8,"
                        + " fd00::/8 or a single address)",
                "t.conf:8: thingle.turn.nat64: 64:ff9b:1::/50 is no NAT64 prefix (expected: IPv6, 32, 40, 48,"
                        + " 56, 64 or 96 bits)",
                "t.conf:8: thingle.turn.allow-peer-ports: is 0, outside 1 to 65535",
                "t.conf:9: thingle.turn.longest-lifetime: is less than default-lifetime, 1h; write 1h or more",
                "t.conf:10: thingle.turn.coalesce: is 1s, outside 0 to 5ms",
                "t.conf:10: thingle.turn.early-checks: is 1m, outside 0 to 1s",
                "t.conf:11: thingle.turn.limits.rate-per-allocation: is 10 bytes, less than 1000; write 0 for no"
                        + " limit, or a unit, such as 10M",
                "t.conf:11: thingle.turn.limits.allocations-per-usr: unknown key; did you mean allocations-per-user?",
                "t.conf:12: thingle.turn.users.a: must be a single value, not a section",
                "t.conf:12: thingle.turn.users.a: has no password; write a = \"password\", a name with a dot in quotes",
                "t.conf:12: thingle.turn.users.alice: has no password; write alice = \"password\", a name with a dot in"
                        + " quotes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            enabled = onn                        | must be one of auto, on, off, not "onn"; did you mean on?
            udp = [], tcp = [], tls = [], dtls = [] | is empty, like tcp, tls and dtls
            relay-ports = "65535-49152"          | begins with its end
            relay-ports = "100-200"              | is 100-200, outside 1024 to 65535
            relay-addresses = ["0.0.0.0"]        | is not a single address
            relay-addresses = ["10.0.0.1", "10.0.0.2"] | has two addresses of one family
            relay-addresses = { bind = "10.0.0.1", announce = "2001:db8::1" } | is of another family than bind
            nat-discovery = ["192.0.2.1:3478"]   | must name two single addresses
            nat-discovery = ["192.0.2.1:3478", "192.0.2.2:3478"] | must name two single addresses
            nat-discovery = ["192.0.2.1:3478", "0.0.0.0:3479"] | must name two single addresses
            realm = ""                           | is not a realm
            key = "k.pem"                        | has no certificate
            certificate = "none.pem"             | cannot be read
            shared-secret = ""                   | is empty
            """)
    void refusesWhatCannotWork(String keys, String what) {
        assertThat(problems(keys)).singleElement().asString().contains(what);
    }

    @Test
    void warnsOfSecretsThatCanBeGuessed() {
        assertThat(problems("shared-secret = short")).singleElement().asString()
                .contains("warning: thingle.turn.shared-secret: is short").contains("openssl rand");
        assertThat(problems("users { \"1763985600:alice\" = x }")).singleElement().asString()
                .contains("warning:").contains("looks like a time-limited credential");
    }

    @Test
    void findsListenersThatClash() {
        assertThat(problems("tcp = [\"[::]:5000\"]")).singleElement().asString()
                .contains("thingle.turn.tcp: clashes with thingle.bytestreams.listen");
        assertThat(problems("tls = [\"127.0.0.1:9600\"]")).singleElement().asString()
                .contains("thingle.turn.tls: clashes with thingle.admin.listen");
        assertThat(problems("udp = [\"0.0.0.0:3478\", \"127.0.0.1:3478\"]")).singleElement().asString()
                .contains("thingle.turn.udp: clashes with thingle.turn.udp");
        assertThat(problems("udp = [\"127.0.0.1:3478\", \"127.0.0.1:3478\"]")).hasSize(1);
    }

    @Test
    void knowsWhichListenersCanShareAPort() {
        assertThat(problems("udp = [\"[::]:5000\"]")).as("UDP beside TCP").isEmpty();
        assertThat(problems("tcp = [\"[::]:443\"], tls = [\"[::]:443\"]"))
                .as("told apart by their first bytes").isEmpty();
        assertThat(problems("udp = [\"0.0.0.0:3478\", \"[::]:3478\"]")).as("both wildcards").isEmpty();
        assertThat(problems("enabled = off, tcp = [\"[::]:5000\"]")).as("not bound").isEmpty();
    }

    @Test
    void showsWhatIsInEffect() {
        assertThat(SettingsSummary.of(file.settings(BASE + "thingle.state-directory = s\n")))
                .contains("[::]:3478").contains("49152-65535").contains("coalesce 200us").contains("realm")
                .contains("a random secret, kept in " + directory.resolve("s"));
        assertThat(SettingsSummary.of(file.settings(BASE + "thingle.turn.enabled = off\n")))
                .containsPattern("turn +off").doesNotContain("3478");
    }
}

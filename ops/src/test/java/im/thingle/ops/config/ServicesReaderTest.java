// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import static im.thingle.ops.config.ConfigFile.XMPP;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients are told and may have over XMPP: external services, relay nodes, gateway, operators, delegation. */
class ServicesReaderTest {
    private static final String BASE = XMPP + "thingle.public-addresses = [\"203.0.113.7\"]\n";

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void open() {
        file = new ConfigFile(directory);
    }

    @Test
    void tellsClientsOfCallsByDefault() {
        var settings = file.settings(BASE);

        assertThat(settings.externalServices())
                .isEqualTo(new ExternalServicesSettings(true, Duration.ofDays(1), false, 60, true, List.of()));
        assertThat(settings.relayNodes())
                .isEqualTo(new RelayNodesSettings(true, 10, 1000, Duration.ofSeconds(60), 5000));
    }

    @Test
    void isNoGatewayByDefault() {
        assertThat(file.settings(BASE).gateway())
                .isEqualTo(new GatewaySettings(false, 200, 20, 5000, Duration.ofMinutes(10), true, true,
                        Duration.ofMinutes(5)));
    }

    @Test
    void nobodyIsAnOperatorByDefault() {
        assertThat(file.settings(BASE).operators()).isEmpty();
    }

    @Test
    void readsEverythingThatCanBeWritten() {
        var settings = file.settings(BASE + """
                thingle.external-services { enabled = on, lifetime = 12h, stuns = on, requests-per-minute = 5,
                                            pushes = off, hosts = ["turn.example.org", "2001:DB8:0::7"] }
                thingle.relay-nodes { enabled = off, channels-per-jid = 1, channels = 2, idle-timeout = 5m,
                                      kbps-per-channel = 0 }
                thingle.gateway { enabled = on, contacts-per-jid = 0, sessions-per-jid = 1, sessions = 2, \
                ring-timeout = 90s,
                                  calls = off, echo = off, echo-call-timeout = 1m }
                thingle.access.operators = ["Admin@Example.ORG", "admin@example.org", "carol@example.net"]
                """);

        assertThat(settings.externalServices()).isEqualTo(new ExternalServicesSettings(
                true, Duration.ofHours(12), true, 5, false, List.of("turn.example.org", "2001:db8::7")));
        assertThat(settings.relayNodes()).isEqualTo(new RelayNodesSettings(false, 1, 2, Duration.ofMinutes(5), 0));
        assertThat(settings.gateway())
                .isEqualTo(new GatewaySettings(true, 0, 1, 2, Duration.ofSeconds(90), false, false,
                        Duration.ofMinutes(1)));
        assertThat(settings.operators()).containsExactly("admin@example.org", "carol@example.net");
    }

    /** His commands would be refused over every link. */
    @Test
    void warnsOfAnOperatorWhoseDomainNoLinkSpeaksFor() {
        var operators = "thingle.access.operators = [\"admin@example.org\", \"carol@example.net\"]\n";

        assertThat(file.problems(BASE + operators)).containsExactly("t.conf:3: warning: thingle.access.operators:"
                + " carol@example.net is an operator over no link, because example.net is in no xmpp.domains;"
                + " add example.net to xmpp.domains of the server that has the account");
        assertThat(file.problems(BASE + operators + "thingle.xmpp.domains = [example.org, example.net]\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "external-services.lifetime = 1h | is 1h, outside 12h to 30d",
        "external-services.lifetime = 60d | is 60d, outside 12h to 30d",
        "external-services.lifetime = 86400 | has no unit: \"86400\"; write 86400s for seconds or 86400m for minutes",
        "external-services.requests-per-minute = -1 | is -1, outside 0 to 1000000",
        "external-services.pushes = yess | must be one of off, on, not \"yess\"",
        "external-services.hosts = [\"0.0.0.0\"] | \"0.0.0.0\" is the address for \"anywhere\", which nobody can"
                + " connect to; write an address or a name that clients can connect to",
        "external-services.hosts = [\"turn.example.org:3478\"] | has a port: \"turn.example.org:3478\"; leave"
                + " the port out; those of the listeners are announced",
        "external-services.lifetme = 1d | unknown key; did you mean lifetime?",
        "relay-nodes.idle-timeout = 0 | is 0, outside 5s to 1h",
        "relay-nodes.channels = many | must be a whole number, not \"many\"; write a number from 0 to 1000000",
        "gateway.enabled = auto | must be one of off, on, not \"auto\"",
        "gateway.contacts-per-jid = -1 | is -1, outside 0 to 1000000",
        "gateway.ring-timeout = 5s | is 5s, outside 10s to 1h",
        "gateway.contact-per-jid = 5 | unknown key; did you mean contacts-per-jid?",
        "access.operators = [example.org] | is not a bare JID: \"example.org\"; write one account, such as"
                + " admin@example.org",
        "access.operators = [\"admin@example.org/phone\"] | has a resource: \"admin@example.org/phone\"; write"
                + " admin@example.org",
        "access.operators = [\"*\"] | is not a bare JID: \"*\"; write one account, such as admin@example.org"})
    void saysWhatIsWrongAndWhere(String line, String problem) {
        var key = "thingle." + line.substring(0, line.indexOf(' '));

        assertThat(file.problems(BASE + "thingle." + line)).containsExactly("t.conf:3: " + key + ": " + problem);
    }

    @Test
    void believesDelegationByTheParentDomainUnlessDomainsAreWritten() {
        assertThat(file.settings(BASE).xmpp().getFirst().domains()).containsExactly("example.org");
        assertThat(file.settings(BASE + "thingle.xmpp.domains = [Example.NET, xn--bcher-kva.example]")
                .xmpp().getFirst().domains()).containsExactly("example.net", "xn--bcher-kva.example");
    }

    @Test
    void aComponentUnderNoDomainHasNoServerThatDelegates() {
        var settings = file.settings("thingle { xmpp { jid = proxy, secret = s }, public-addresses = [\"203.0.113.7\"]"
                + "\n access.allow = [example.org] }");

        assertThat(settings.xmpp().getFirst().domains()).isEmpty();
    }

    @Test
    void refusesDomainsThatCannotDelegate() {
        assertThat(file.problems(BASE + "thingle.xmpp.domains = [\"alice@example.org\"]")).containsExactly(
                "t.conf:3: thingle.xmpp.domains: is not a domain: \"alice@example.org\"; write a domain of your"
                        + " XMPP server, such as example.org");
        assertThat(file.problems(BASE + "thingle.xmpp.domains = [proxy.example.org]")).containsExactly(
                "t.conf:3: thingle.xmpp.domains: names the component itself, proxy.example.org; write the"
                        + " domains of the XMPP server's users, such as example.org");
    }

    @Test
    void showsThemInTheSummary() {
        var summary = SettingsSummary.of(file.settings(BASE + "thingle.access.operators = [\"admin@example.org\"]"));

        assertThat(summary.replaceAll(" +", " "))
                .contains("external-services credentials for 1d, 60 requests per minute and JID, pushes on, stuns off,"
                        + " hosts from public-addresses\n")
                .contains("relay-nodes channels 1000, per JID 10, idle 1m, rate 5000 kbit/s\n")
                .contains("gateway off\n")
                .contains("access.operators admin@example.org\n")
                .contains("delegates for example.org\n");
        assertThat(SettingsSummary.of(file.settings(BASE + "thingle.gateway { enabled = on, contacts-per-jid = 0 }"))
                .replaceAll(" +", " "))
                .contains("gateway sessions 5000, per JID 20, contacts per JID no limit, ring 10m, calls on,"
                        + " echo on\n");
    }
}

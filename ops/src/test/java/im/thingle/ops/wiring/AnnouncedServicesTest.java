// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.config.Settings;
import im.thingle.ops.config.SettingsReader;
import im.thingle.ops.config.TurnListeners;
import im.thingle.signaling.port.CallService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncedServicesTest {
    @TempDir
    private Path directory;

    private Settings settings(String more) throws IOException {
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle { xmpp { jid = proxy.example.org, secret = s } }
                thingle.public-addresses = ["203.0.113.7"]
                """ + more);
        var outcome = SettingsReader.read(Optional.of(file), Map.of());
        return outcome.settings().orElseThrow(() -> new AssertionError(outcome.problems().toString()));
    }

    private List<String> services(String more) throws IOException {
        var settings = settings(more);
        return texts(AnnouncedServices.of(settings, settings.turn().listen()));
    }

    private static List<String> texts(List<CallService> services) {
        return services.stream()
                .map(each -> each.kind().word() + " " + each.host() + " " + each.port() + " " + each.transport())
                .toList();
    }

    @Test
    void areWhatEveryClientCanUseAndNoMore() throws IOException {
        assertThat(services("")).containsExactly(
                "stun 203.0.113.7 3478 udp",
                "turn 203.0.113.7 3478 udp",
                "turn 203.0.113.7 3478 tcp",
                "turns 203.0.113.7 5349 tcp");
    }

    @Test
    void addStunOverTlsWhereTheOperatorWantsIt() throws IOException {
        assertThat(services("thingle.external-services.stuns = on")).hasSize(5)
                .contains("stuns 203.0.113.7 5349 tcp");
    }

    @Test
    void nameHostsWithIpv4First() throws IOException {
        var hosts = settings("thingle.public-addresses = [\"2001:db8::7\", \"turn.example.org\", \"203.0.113.7\"]");

        assertThat(AnnouncedServices.of(hosts, hosts.turn().listen())).extracting(CallService::host)
                .containsExactly("turn.example.org", "turn.example.org", "turn.example.org", "turn.example.org",
                        "203.0.113.7", "203.0.113.7", "203.0.113.7", "203.0.113.7",
                        "2001:db8::7", "2001:db8::7", "2001:db8::7");
    }

    @Test
    void nameNoIpv6AddressOverTlsWhereThereIsAnotherHost() throws IOException {
        assertThat(services("thingle.public-addresses = [\"2001:db8::7\", \"203.0.113.7\"]"))
                .contains("turns 203.0.113.7 5349 tcp").doesNotContain("turns 2001:db8::7 5349 tcp");
        assertThat(services("thingle.public-addresses = [\"2001:db8::7\"]")).contains("turns 2001:db8::7 5349 tcp");
    }

    @Test
    void leaveOutAFamilyInWhichNothingListens() throws IOException {
        var both = "thingle.public-addresses = [\"203.0.113.7\", \"2001:db8::7\"]\nthingle.turn { tcp = [], tls = [], ";

        assertThat(services(both + "udp = [\"0.0.0.0:3478\"] }")).containsExactly(
                "stun 203.0.113.7 3478 udp", "turn 203.0.113.7 3478 udp");
        assertThat(services(both + "udp = [\"[2001:db8::9]:3478\"] }")).containsExactly(
                "stun 2001:db8::7 3478 udp", "turn 2001:db8::7 3478 udp");
    }

    @Test
    void believeThatANameLeadsToEitherFamily() throws IOException {
        assertThat(services("thingle { public-addresses = [turn.example.org], turn { udp = [\"[::1]:3478\"], tcp = [],"
                + " tls = [] } }")).containsExactly("stun turn.example.org 3478 udp", "turn turn.example.org 3478 udp");
    }

    @Test
    void nameTheHostsOfTheirOwnIfThereAreSome() throws IOException {
        assertThat(services("thingle.external-services.hosts = [turn.example.net]"))
                .hasSize(4).allMatch(service -> service.contains(" turn.example.net "));
    }

    @Test
    void nameWhatIsBoundWhereNothingIsAnnounced() throws IOException {
        assertThat(services("thingle { public-addresses = [], bytestreams.listen = [\"10.0.0.7:5000\"] }\n"
                + "thingle.turn { udp = [\"[::]:3478\"], tcp = [\"10.0.0.8:3478\"], tls = [] }")).containsExactly(
                        "stun 10.0.0.7 3478 udp", "turn 10.0.0.7 3478 udp",
                        "stun 10.0.0.8 3478 udp", "turn 10.0.0.8 3478 udp", "turn 10.0.0.8 3478 tcp");
    }

    @Test
    void haveThePortsThatAreReallyBound() throws IOException {
        var settings = settings("thingle.turn { udp = [\"0.0.0.0:0\"], tcp = [], tls = [] }");
        var bound = new TurnListeners(List.of(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 40_001)),
                List.of(), List.of(), List.of(), Optional.empty());

        assertThat(AnnouncedServices.of(settings, settings.turn().listen())).isEmpty();
        assertThat(texts(AnnouncedServices.of(settings, bound)))
                .containsExactly("stun 203.0.113.7 40001 udp", "turn 203.0.113.7 40001 udp");
    }

    @Test
    void tellOfTwoListenersOfBothFamiliesOnce() throws IOException {
        assertThat(services("thingle.turn { udp = [\"0.0.0.0:3478\", \"[::]:3478\"], tcp = [], tls = [] }"))
                .containsExactly("stun 203.0.113.7 3478 udp", "turn 203.0.113.7 3478 udp");
    }
}

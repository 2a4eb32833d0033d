// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import static im.thingle.ops.config.ConfigFile.XMPP;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses to announce and addresses to bind. */
class AddressesTest {
    private static final String ANNOUNCED = "thingle.public-addresses = [\"203.0.113.7\"]\n";

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void open() {
        file = new ConfigFile(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "10.0.0.7", "2001:db8::7", "fd00::7", "proxy.example.org", "xmpp"})
    void announcesWhatClientsMayReach(String address) {
        assertThat(file.problems(XMPP + "thingle.public-addresses = [\"" + address + "\"]\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.0.0.0          | "0.0.0.0" is the address for "anywhere"
            ::               | "::" is the address for "anywhere"
            224.0.0.1        | "224.0.0.1" is a multicast address
            ff02::1          | "ff02::1" is a multicast address
            169.254.1.1      | "169.254.1.1" is a link-local address
            fe80::1          | "fe80::1" is a link-local address
            255.255.255.255  | "255.255.255.255" is not an address of any host
            [2001:db8::7]    | has brackets
            203.0.113.7:5000 | has a port
            203.0.113        | is not a complete IPv4 address
            203.0.113.300    | is not a complete IPv4 address
            a_b.example.org  | is neither an address nor a host name
            """)
    void refusesWhatNobodyCanReach(String address, String what) {
        assertThat(file.problems(XMPP + "thingle.public-addresses = [\"" + address + "\"]\n"))
                .singleElement().asString().startsWith("t.conf:2: thingle.public-addresses: " + what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
    void onlyWarnsOfLoopback(String address) {
        assertThat(file.problems(XMPP + "thingle.public-addresses = [\"" + address + "\"]\n")).containsExactly(
                "t.conf:2: warning: thingle.public-addresses: \"" + address
                        + "\" reaches only clients on this very machine; fine for a trial");
        assertThat(file.settings(XMPP + "thingle.public-addresses = [\"" + address + "\"]\n").publicAddresses())
                .containsExactly(address);
    }

    @Test
    void neverGuessesWhatToAnnounce() {
        assertThat(file.problems(XMPP)).singleElement().asString().contains("thingle.public-addresses: is missing");
    }

    @Test
    void announcesBoundAddressesWhenAllOfThemAreSingle() {
        assertThat(file.settings(XMPP + "thingle.bytestreams.listen = [\"10.0.0.7:5000\"]\n").publicAddresses())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            5000             | is not address:port: "5000"
            2001:db8::7:5000 | is not address:port: "2001:db8::7:5000"; put brackets around an IPv6 address
            :5000            | names no address; write "[::]:5000" for every address of this machine
            *:5000           | names no address; write "[::]:5000" for every address of this machine
            localhost:5000   | is a name, and a name may mean several addresses; write "127.0.0.1:5000" or "[::1]:5000"
            [::]:70000       | port 70000 is outside 0 to 65535
            1.2.3:5000       | is not an address of this machine: "1.2.3"
            """)
    void refusesListenAddressesWithAdvice(String listen, String what) {
        assertThat(file.problems(XMPP + ANNOUNCED + "thingle.bytestreams.listen = [\"" + listen + "\"]\n"))
                .singleElement().asString().startsWith("t.conf:3: thingle.bytestreams.listen: " + what);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true",
        "0.0.0.0, 127.0.0.1, true",
        "::, 127.0.0.1, true",
        "::, 0.0.0.0, true",
        "::, ::1, true",
        "0.0.0.0, ::1, false",
        "127.0.0.1, 127.0.0.2, false",
        "127.0.0.1, ::1, false",
    })
    void knowsWhichListenersClash(String one, String other, boolean clash) {
        var first = new InetSocketAddress(one, 5000);
        var second = new InetSocketAddress(other, 5000);

        assertThat(ListenAddress.clash(first, second)).isEqualTo(clash);
        assertThat(ListenAddress.clash(second, first)).isEqualTo(clash);
        assertThat(ListenAddress.clash(first, new InetSocketAddress(other, 5001))).isFalse();
    }

    @Test
    void letsSeveralListenersTakeFreePorts() {
        assertThat(file.problems(XMPP + ANNOUNCED
                        + "thingle.bytestreams.listen = [\"127.0.0.1:0\", \"127.0.0.1:0\"]\n"
                        + "thingle.admin.listen = \"127.0.0.1:0\"\n"))
                .isEmpty();
    }
}

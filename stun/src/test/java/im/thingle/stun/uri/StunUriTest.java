// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.uri.StunUri.Scheme;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StunUriTest {
    /** The tables of RFC 7064 appendix A and RFC 7065 appendix A; the last two columns are ours. */
    @ParameterizedTest
    @CsvSource({
        "stun:example.org, STUN, false, -1, , 3478",
        "stuns:example.org, STUNS, true, -1, , 5349",
        "stun:example.org:8000, STUN, false, 8000, , 8000",
        "turn:example.org, TURN, false, -1, , 3478",
        "turns:example.org, TURNS, true, -1, , 5349",
        "turn:example.org:8000, TURN, false, 8000, , 8000",
        "turn:example.org?transport=udp, TURN, false, -1, udp, 3478",
        "turn:example.org?transport=tcp, TURN, false, -1, tcp, 3478",
        "turns:example.org?transport=tcp, TURNS, true, -1, tcp, 5349"
    })
    void readsTheExamplesOfTheStandards(
            String text, Scheme scheme, boolean secure, int port, String transport, int portOrDefault) {
        StunUri uri = StunUri.parse(text).orElseThrow();

        assertThat(uri).isEqualTo(new StunUri(scheme, "example.org", port, transport));
        assertThat(uri.scheme().secure()).isEqualTo(secure);
        assertThat(uri.portOrDefault()).isEqualTo(portOrDefault);
        assertThat(uri).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "turn:192.0.2.1:443?transport=tcp, 192.0.2.1, 443",
        "stun:[2001:db8::1], 2001:db8::1, -1",
        "stun:[::], ::, -1",
        "stun:[::1]:1, ::1, 1",
        "turns:[fe80::]:65535?transport=quic-1.0, fe80::, 65535",
        "stun:[::ffff:192.0.2.1], ::ffff:192.0.2.1, -1",
        "stun:[1:2:3:4:5:6:7:8], 1:2:3:4:5:6:7:8, -1",
        "stun:[1:2:3:4:5:6:192.0.2.1], 1:2:3:4:5:6:192.0.2.1, -1",
        "stun:a_b%2d!c, a_b%2d!c, -1"
    })
    void readsEveryKindOfHost(String text, String host, int port) {
        StunUri uri = StunUri.parse(text).orElseThrow();

        assertThat(uri.host()).isEqualTo(host);
        assertThat(uri.port()).isEqualTo(port);
        assertThat(uri).hasToString(text);
    }

    /**
     * RFC 3986 §3.1, §3.2.3 and RFC 5234 §2.3: neither the case of what the grammar spells out nor an empty port
     * matters.
     */
    @ParameterizedTest
    @CsvSource({
        "TURN:example.org?Transport=UDP, turn:example.org?transport=udp",
        "Stuns:Example.org:, stuns:Example.org",
        "turn:example.org:?transport=udp, turn:example.org?transport=udp",
        "turn:example.org:0003478, turn:example.org:3478"
    })
    void takesOtherSpellings(String text, String canonical) {
        assertThat(StunUri.parse(text).orElseThrow()).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "stun", "stun:", "stun::", "stun::3478", ":example.org", "http:example.org",
        "sturn:example.org",
        "turn://example.org", "turn:user@example.org", "turn:user:secret@example.org", "stun: example.org", "stun:a b",
        "stun:example.org:0", "stun:example.org:65536", "stun:example.org:99999999999", "stun:example.org:-1",
        "stun:example.org:12ab", "stun:example.org:1:2", "stun:example.org/", "stun:example.org#a", "stun:ex%2",
        "stun:ex%zz", "stun:ex%\uFF11\uFF11", "stun:m\u00FCnchen.example", "stun:example.org:\u0663",
        "stun:example.org?transport=udp", "stuns:example.org?transport=tcp", "turn:example.org?",
        "turn:example.org?transport",
        "turn:example.org?transport=", "turn:example.org?transport=a b", "turn:example.org?transport=udp&a=b",
        "turn:example.org?protocol=udp", "turn:?transport=udp", "stun:[example.org]", "stun:[192.0.2.1]", "stun:[]",
        "stun:[",
        "stun:]", "stun:[::1", "stun:::1", "stun:2001:db8::1", "stun:[::1]3478", "stun:[::1]a:3478", "stun:x[::1]:3478",
        "stun:[:::]", "stun:[1::2::3]", "stun:[1:2:3:4:5:6:7]", "stun:[1:2:3:4:5:6:7:8:9]", "stun:[1:2:3:4:5:6:7::8]",
        "stun:[12345::]", "stun:[g::]", "stun:[:1]", "stun:[1:]", "stun:[fe80::1%eth0]", "stun:[::1.2.3]",
        "stun:[::1.2.3.256]",
        "stun:[::01.2.3.4]", "stun:[::1.2.3.4.5]", "stun:[::1.2.3.4:1]", "stun:[1.2.3.4::]", "stun:[v1.a]",
        "stun:[::1..2]"})
    void refusesEverythingElse(String text) {
        assertThat(StunUri.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"STUN, '', -1,", "STUN, a b, -1,", "STUN, a, 0,", "STUN, a, 65536,", "STUN, a, -2,", "STUN, a, -1, udp",
        "TURN, a, -1, ''", "TURN, [::1], -1,", "TURN, 1:2, -1,"})
    void makesNoUriThatItWouldNotRead(Scheme scheme, String host, int port, String transport) {
        assertThatThrownBy(() -> new StunUri(scheme, host, port, transport))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: scheme:host");
    }

    @Property
    void readsBackWhatItPrinted(@ForAll("uris") StunUri uri) {
        assertThat(StunUri.parse(uri.toString())).contains(uri);
    }

    @Property(tries = 3000)
    void anyTextIsReadOrRefusedAndWhatIsReadPrintsTheSame(@ForAll("almostUris") String text) {
        StunUri.parse(text).ifPresent(uri -> assertThat(StunUri.parse(uri.toString())).contains(uri));
    }

    @Provide
    Arbitrary<StunUri> uris() {
        Arbitrary<String> hosts = Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('a', 'z').withChars('-', '.', '_', '~', '!', ',').ofMinLength(1),
                Arbitraries.of("::", "2001:db8::1", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"));
        Arbitrary<Integer> ports = Arbitraries.oneOf(Arbitraries.just(-1), Arbitraries.integers().between(1, 0xFFFF));
        Arbitrary<String> transports = Arbitraries.of("udp", "tcp", "sctp").injectNull(0.3);
        return Combinators.combine(Arbitraries.of(Scheme.class), hosts, ports, transports)
                .as((scheme, host, port, transport) -> new StunUri(scheme, host, port,
                        scheme == Scheme.TURN || scheme == Scheme.TURNS ? transport : null));
    }

    @Provide
    Arbitrary<String> almostUris() {
        return Arbitraries.of("stun:", "turns:", "[", "]", ":", "::", "1", "db8", "192.0.2.1", "%", "%41",
                        "?transport=", "udp", "\uD800", "\u00DF", "@", "65535")
                .list().ofMaxSize(9).map(parts -> String.join("", parts));
    }
}

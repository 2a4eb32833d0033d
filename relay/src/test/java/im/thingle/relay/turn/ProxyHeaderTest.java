// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import im.thingle.relay.turn.ProxyHeader.Step;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Byte by byte against sections 2.1 and 2.2 of the PROXY protocol's specification. */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private record Outcome(Step last, InetSocketAddress source, int taken) {}

    @Example
    void readsALineOfText() {
        assertThat(play(text("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n"), 107))
                .isEqualTo(new Outcome(Step.DONE, new InetSocketAddress("192.0.2.7", 56324), 45));
        assertThat(play(text("PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n"), 107).source())
                .isEqualTo(new InetSocketAddress("2001:db8::7", 56324));
    }

    @Example
    void takesUnknownForTheProxyItself() {
        assertThat(play(text("PROXY UNKNOWN\r\n"), 107)).isEqualTo(new Outcome(Step.DONE, null, 15));
        assertThat(play(text("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"), 107).source()).isNull();
    }

    @Example
    void readsTheBinaryHeader() {
        String ipv4 = SIGNATURE + "2111000c" + "c0000207" + "c6336401" + "dc0401bb";
        String ipv6 = SIGNATURE + "21210024" + "20010db8000000000000000000000007" + "20010db8000000000000000000000001"
                + "dc0401bb";

        assertThat(play(hex(ipv4), 107))
                .isEqualTo(new Outcome(Step.DONE, new InetSocketAddress("192.0.2.7", 56324), 28));
        assertThat(play(hex(ipv6), 107))
                .isEqualTo(new Outcome(Step.DONE, new InetSocketAddress("2001:db8::7", 56324), 52));
    }

    @Example
    void skipsExtensionsAndLeavesWhatFollows() {
        String extended = SIGNATURE + "21110010" + "c0000207" + "c6336401" + "dc0401bb" + "04000101";

        Outcome outcome = play(hex(extended + "000100002112a442"), 107);

        assertThat(outcome).isEqualTo(new Outcome(Step.DONE, new InetSocketAddress("192.0.2.7", 56324), 32));
    }

    @Example
    void takesLocalAndOtherFamiliesForTheProxyItself() {
        assertThat(play(hex(SIGNATURE + "20000000"), 107)).isEqualTo(new Outcome(Step.DONE, null, 16));
        assertThat(play(hex(SIGNATURE + "21310004" + "00000000"), 107)).isEqualTo(new Outcome(Step.DONE, null, 20));
    }

    @Example
    void refusesWhatIsNoHeader() {
        for (String line : new String[] {
            "GET / HTTP/1.1\r\n",
            "PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n",
            "PROXY TCP4 2001:db8::7 198.51.100.1 56324 443\r\n",
            "PROXY TCP6 192.0.2.7 198.51.100.1 56324 443\r\n",
            "PROXY TCP4 192.0.2.7 198.51.100.1 99999 443\r\n",
            "PROXY TCP4 192.0.2.7 198.51.100.1 -1 443\r\n",
            "PROXY TCP4 example.org 198.51.100.1 1 443\r\n",
            "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\n",
            "PROXY TCP4 " + "1".repeat(200)
        }) {
            assertThat(play(text(line), 107).last()).as(line).isEqualTo(Step.MALFORMED);
        }
        assertThat(play(hex(SIGNATURE + "1111000c"), 107).last()).isEqualTo(Step.MALFORMED);
        assertThat(play(hex(SIGNATURE + "21110008" + "c0000207c6336401"), 107).last()).isEqualTo(Step.MALFORMED);
        assertThat(play(hex(SIGNATURE + "2111ffff"), 107).last()).isEqualTo(Step.MALFORMED);
    }

    @Property
    void isTheSameForEverySplit(@ForAll @IntRange(min = 1, max = 20) int portion) {
        byte[] line = text("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\nrest");

        assertThat(play(line, portion)).isEqualTo(play(line, 107));
    }

    @Property
    void survivesAnything(@ForAll @Size(max = 300) byte[] bytes, @ForAll @IntRange(min = 1, max = 20) int portion) {
        assertThatCode(() -> play(bytes, portion)).doesNotThrowAnyException();
    }

    /** Feeds the header no more than it wants, at most {@code portion} at a time. */
    private static Outcome play(byte[] bytes, int portion) {
        ProxyHeader header = new ProxyHeader();
        Step step = Step.READ;
        int at = 0;
        while (step == Step.READ && at < bytes.length) {
            assertThat(header.wanted()).isPositive();
            int length = Math.min(Math.min(portion, header.wanted()), bytes.length - at);
            step = header.onBytes(ByteBuffer.wrap(bytes, at, length));
            at += length;
        }
        return new Outcome(step, header.source(), at);
    }

    private static byte[] text(String line) {
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}

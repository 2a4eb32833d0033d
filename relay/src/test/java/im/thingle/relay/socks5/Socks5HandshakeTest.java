// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.socks5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import im.thingle.relay.account.Refusal;
import im.thingle.relay.socks5.Socks5Handshake.Step;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Byte by byte against RFC 1928 §3, §4 and §6, and against XEP-0065 §5.3.2. */
class Socks5HandshakeTest {
    private static final String HASH = "972b7bf47291ca609517f67f86b5081086052dad";
    private static final String GREETING = "050100";

    /** What a client sees: the bytes it gets back, how it ended, and how many of its bytes were taken. */
    private record Outcome(Step last, String answered, int taken, Refusal refusal) {}

    @Example
    void answersTheRequestWithTheRequestAndItsSecondByteChanged() {
        Outcome outcome = play(GREETING + request("05010003", HASH, "0000"));

        assertThat(outcome.last()).isEqualTo(Step.REQUESTED);
        assertThat(outcome.answered()).isEqualTo("0500" + request("05000003", HASH, "0000"));
    }

    @Example
    void findsNoAuthenticationAmongOtherMethods() {
        Outcome outcome = play("0503020100" + request("05010003", HASH, "0000"));

        assertThat(outcome.last()).isEqualTo(Step.REQUESTED);
        assertThat(outcome.answered()).startsWith("0500");
    }

    @Example
    void refusesAGreetingWithoutAnAcceptableMethod() {
        assertThat(play("05020102")).isEqualTo(refused(Refusal.METHOD_UNACCEPTABLE, "05ff", 4));
        assertThat(play("0500")).isEqualTo(refused(Refusal.METHOD_UNACCEPTABLE, "05ff", 2));
    }

    @Example
    void refusesOtherCommands() {
        for (String command : List.of("00", "02", "03", "ff")) {
            assertThat(play(GREETING + request("05" + command + "0003", HASH, "0000")))
                    .isEqualTo(refused(Refusal.COMMAND_UNSUPPORTED, "0500" + "05070001000000000000", 8));
        }
    }

    @Example
    void refusesOtherAddressTypes() {
        for (String type : List.of("01", "04", "00")) {
            assertThat(play(GREETING + "050100" + type + "7f0000010000"))
                    .isEqualTo(refused(Refusal.ADDRESS_TYPE_UNSUPPORTED, "0500" + "05080001000000000000", 8));
        }
    }

    @Example
    void answersHostUnreachableToWhatIsNotAHash() {
        String name = "example.org";
        String notHexadecimal = HASH.substring(1) + "g";
        for (String address : List.of(name, notHexadecimal, HASH + "0", HASH.substring(1), "")) {
            Outcome outcome = play(GREETING + request("05010003", address, "0000"));

            assertThat(outcome.refusal()).isEqualTo(Refusal.NOT_A_STREAM_HASH);
            assertThat(outcome.answered()).isEqualTo("0500" + request("05040003", address, "0000"));
        }
    }

    @Example
    void refusesAWrongVersionAtItsFirstByte() {
        assertThat(play("04")).isEqualTo(refused(Refusal.HANDSHAKE_MALFORMED, "", 1));
        assertThat(play("474554")).extracting(Outcome::refusal).isEqualTo(Refusal.HANDSHAKE_MALFORMED);
        assertThat(play(GREETING + request("04010003", HASH, "0000")).refusal())
                .isEqualTo(Refusal.HANDSHAKE_MALFORMED);
    }

    @Example
    void acceptsAndEchoesUpperCaseDigits() {
        Socks5Handshake handshake = new Socks5Handshake();
        byte[] bytes = hex(GREETING + request("05010003", HASH.toUpperCase(), "0000"));

        Outcome outcome = feed(handshake, bytes, new int[] {300});

        assertThat(outcome.answered()).isEqualTo("0500" + request("05000003", HASH.toUpperCase(), "0000"));
        assertThat(handshake.key()).hasToString(HASH);
    }

    @Example
    void echoesAPortThatIsNotZero() {
        assertThat(play(GREETING + request("05010003", HASH, "1f90")).answered()).endsWith("1f90");
    }

    @Example
    void namesWhatItIsToldToAnswer() {
        Socks5Handshake handshake = new Socks5Handshake();
        feed(handshake, hex(GREETING + request("05010003", HASH, "0000")), new int[] {300});

        assertThat(handshake.reply(Socks5Handshake.NOT_ALLOWED)).isEqualTo(hex(request("05020003", HASH, "0000")));
    }

    @Property
    void givesTheSameResultForEverySplitAndTakesNoMoreThanTheHandshake(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 1, max = 50) Integer> pieces,
            @ForAll @Size(max = 30) byte[] behind) {
        byte[] handshake = hex("05020200" + request("05010003", HASH, "0000"));
        byte[] bytes = Arrays.copyOf(handshake, handshake.length + behind.length);
        System.arraycopy(behind, 0, bytes, handshake.length, behind.length);

        Outcome outcome = feed(
                new Socks5Handshake(), bytes, pieces.stream().mapToInt(Integer::intValue).toArray());

        assertThat(outcome)
                .isEqualTo(new Outcome(
                        Step.REQUESTED, "0500" + request("05000003", HASH, "0000"), handshake.length, null));
    }

    @Property
    void neverThrowsOnAnyBytes(@ForAll @Size(max = 600) byte[] noise, @ForAll @IntRange(min = 0, max = 5) int honest) {
        byte[] start = Arrays.copyOf(hex("050100050100"), honest);
        byte[] bytes = Arrays.copyOf(start, start.length + noise.length);
        System.arraycopy(noise, 0, bytes, start.length, noise.length);

        assertThatCode(() -> feed(new Socks5Handshake(), bytes, new int[] {7})).doesNotThrowAnyException();
    }

    private static Outcome refused(Refusal why, String answered, int taken) {
        return new Outcome(Step.REFUSED, answered, taken, why);
    }

    private static Outcome play(String hex) {
        return feed(new Socks5Handshake(), hex(hex), new int[] {300});
    }

    /** Feeds pieces of the given sizes, in turn, but never more than is wanted. */
    private static Outcome feed(Socks5Handshake handshake, byte[] bytes, int[] pieces) {
        ByteArrayOutputStream answered = new ByteArrayOutputStream();
        Step step = Step.READ;
        int taken = 0;
        for (int i = 0; taken < bytes.length && step != Step.REQUESTED && step != Step.REFUSED; i++) {
            int count = Math.min(Math.min(pieces[i % pieces.length], handshake.wanted()), bytes.length - taken);
            assertThat(count).isPositive();
            step = handshake.onBytes(ByteBuffer.wrap(bytes, taken, count));
            taken += count;
            answered.writeBytes(answer(handshake, step));
        }
        assertThat(handshake.wanted() == 0).isEqualTo(step == Step.REQUESTED || step == Step.REFUSED);
        return new Outcome(step, HexFormat.of().formatHex(answered.toByteArray()), taken, handshake.refusal());
    }

    private static byte[] answer(Socks5Handshake handshake, Step step) {
        return switch (step) {
            case READ -> new byte[0];
            case REPLY -> handshake.methodReply();
            case REQUESTED -> handshake.reply(Socks5Handshake.SUCCEEDED);
            case REFUSED -> handshake.refusalReply();
        };
    }

    private static String request(String head, String address, String port) {
        byte[] name = address.getBytes(StandardCharsets.US_ASCII);
        return "%s%02x%s%s".formatted(head, name.length, HexFormat.of().formatHex(name), port);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StunMessageTest {
    private static final String COOKIE_AND_ID = "2112a442" + "000102030405060708090a0b";
    private static final String INTEGRITY = "00080014" + "11".repeat(20);
    private static final String INTEGRITY_SHA256 = "001c0020" + "22".repeat(32);
    private static final String FINGERPRINT = "80280004" + "33333333";
    private static final String SOFTWARE = "80220003" + "61626300";
    private static final String LIFETIME = "000d0004" + "00000258";

    private final StunMessage message = new StunMessage();

    @ParameterizedTest
    @CsvSource({
        "TOO_SHORT, ''",
        "TOO_SHORT, 000100002112a442000102030405060708090a",
        "NOT_STUN, 400100002112a442000102030405060708090a0b",
        "NOT_STUN, 800100002112a442000102030405060708090a0b",
        "NO_MAGIC_COOKIE, 000100002112a443000102030405060708090a0b",
        "LENGTH_UNALIGNED, 000100022112a442000102030405060708090a0b0000",
        "LENGTH_MISMATCH, 000100042112a442000102030405060708090a0b",
        "LENGTH_MISMATCH, 000100002112a442000102030405060708090a0b80220000",
        "ATTRIBUTE_OVERRUN, 000100042112a442000102030405060708090a0b80220001",
        "ATTRIBUTE_OVERRUN, 000100082112a442000102030405060708090a0b8022ffff00000000",
        "INTEGRITY_LENGTH, 000100082112a442000102030405060708090a0b0008000400000000",
        "INTEGRITY_LENGTH, 000100082112a442000102030405060708090a0b001c000400000000",
        "FINGERPRINT_LENGTH, 000100082112a442000102030405060708090a0b8028000300000000",
        "FINGERPRINT_NOT_LAST, 0001000c2112a442000102030405060708090a0b802800040000000080220000"
    })
    void saysWhatIsWrong(Malformed expected, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(expected);
        assertThat(message.first()).isEqualTo(StunMessage.NONE);
    }

    @Test
    void seesOnlyChecksumsAfterMessageIntegrity() {
        wrap(SOFTWARE + INTEGRITY + LIFETIME + INTEGRITY_SHA256 + LIFETIME + FINGERPRINT);

        assertThat(codes()).containsExactly(0x8022, 0x0008, 0x001C, 0x8028);
        assertThat(message.has(AttributeType.LIFETIME)).isFalse();
    }

    @Test
    void seesOnlyTheFingerprintAfterMessageIntegritySha256() {
        wrap(SOFTWARE + INTEGRITY_SHA256 + INTEGRITY + LIFETIME + FINGERPRINT);

        assertThat(codes()).containsExactly(0x8022, 0x001C, 0x8028);
    }

    @Test
    void takesTheFirstOfTwoMessageIntegritySha256() {
        wrap(INTEGRITY_SHA256 + LIFETIME + INTEGRITY_SHA256 + LIFETIME + "0008000400000000");

        assertThat(codes()).containsExactly(0x001C);
    }

    @Test
    void seesNothingAfterAnIntegrityThatEndsTheView() {
        wrap(INTEGRITY + INTEGRITY + LIFETIME);

        assertThat(codes()).containsExactly(0x0008);
    }

    @Test
    void takesTheFirstOfTwoAttributesOfOneType() {
        wrap("000d0004" + "00000001" + "000d0004" + "00000002");

        assertThat(message.intAt(message.find(AttributeType.LIFETIME), 0)).isEqualTo(1);
        assertThat(codes()).hasSize(2);
    }

    @Test
    void keepsUnknownAttributesAndMethods() {
        byte[] bytes = message("3eef", "7ffe0001" + "aa000000");

        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);
        assertThat(message.type().method()).isEqualTo(Method.UNKNOWN);
        assertThat(codes()).containsExactly(0x7FFE);
        assertThat(message.byteAt(message.first(), 0)).isEqualTo((byte) 0xAA);
    }

    @Test
    void readsInTheMiddleOfABufferOfAnyOrderAndLeavesItAsItWas() {
        byte[] bytes = message("0001", LIFETIME);
        ByteBuffer buffer = ByteBuffer.allocateDirect(100).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(7, bytes).position(3).limit(7 + bytes.length);

        Malformed malformed = message.wrap(buffer, 7, bytes.length);

        assertThat(malformed).isEqualTo(Malformed.NONE);
        assertThat(message.intAt(message.find(AttributeType.LIFETIME), 0)).isEqualTo(600);
        assertThat(buffer.position()).isEqualTo(3);
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void copiesNothingAndLetsNobodyWrite() {
        byte[] bytes = message("0001", LIFETIME);
        message.wrap(bytes, 0, bytes.length);
        ByteBuffer value = message.value(message.first());

        bytes[bytes.length - 1] = 0x59;

        assertThat(value.getInt(0)).isEqualTo(0x259);
        assertThat(value.isReadOnly()).isTrue();
        assertThat(message.before(message.first()).isReadOnly()).isTrue();
    }

    @Test
    void walkingLeavesNoGarbage() {
        byte[] bytes = message("0016", SOFTWARE + LIFETIME + INTEGRITY + FINGERPRINT);
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 10_000;
        walk(buffer, rounds);

        long before = threads.getCurrentThreadAllocatedBytes();
        int attributes = walk(buffer, rounds);
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(attributes).isEqualTo(4 * rounds);
        assertThat(allocatedBytes).isLessThan(rounds);
    }

    @Test
    void showsOneValueAfterAnotherThroughItsWindow() {
        wrap(SOFTWARE + LIFETIME);

        ByteBuffer software = message.window(message.find(AttributeType.SOFTWARE));
        assertThat(software).isEqualTo(ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}));
        assertThat(software.isReadOnly()).isTrue();

        ByteBuffer lifetime = message.window(message.find(AttributeType.LIFETIME));
        assertThat(lifetime).isSameAs(software).isEqualTo(ByteBuffer.wrap(new byte[] {0, 0, 2, 0x58}));

        wrap(LIFETIME);
        assertThat(message.window(message.first())).isEqualTo(ByteBuffer.wrap(new byte[] {0, 0, 2, 0x58}));
    }

    @Test
    void refusesToReadBeyondAValue() {
        wrap(SOFTWARE + LIFETIME);

        assertThatThrownBy(() -> message.intAt(message.first(), 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> message.byteAt(message.first(), 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private int walk(ByteBuffer buffer, int rounds) {
        int attributes = 0;
        for (int round = 0; round < rounds; round++) {
            message.wrap(buffer, 0, buffer.limit());
            attributes += message.type().method() == Method.SEND ? 0 : 100;
            for (int at = message.first(); at != StunMessage.NONE; at = message.next(at)) {
                attributes += AttributeType.of(message.code(at)) == AttributeType.UNKNOWN ? 100 : 1;
            }
        }
        return attributes;
    }

    private void wrap(String attributes) {
        byte[] bytes = message("0001", attributes);
        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);
    }

    private static byte[] message(String type, String attributes) {
        String length = HexFormat.of().toHexDigits((short) (attributes.length() / 2));
        return HexFormat.of().parseHex(type + length + COOKIE_AND_ID + attributes);
    }

    private List<Integer> codes() {
        List<Integer> codes = new ArrayList<>();
        for (int at = message.first(); at != StunMessage.NONE; at = message.next(at)) {
            codes.add(message.code(at));
        }
        return codes;
    }
}

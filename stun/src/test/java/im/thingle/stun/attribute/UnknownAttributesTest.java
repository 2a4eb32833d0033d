// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnknownAttributesTest {
    private static final Set<AttributeType> UNDERSTOOD = EnumSet.of(AttributeType.LIFETIME, AttributeType.USERNAME);

    /** RFC 8489 §14: codes below 0x8000 must be understood. 0x0024 is PRIORITY, which no TURN server understands. */
    @Test
    void findsWhatMustBeUnderstoodAndIsNot() {
        StunMessage message = withCodes(0x000D, 0x7FFF, 0x8000, 0xFFFF, 0x0024, 0x0006, 0x0000);

        List<Integer> found = new ArrayList<>();
        int at = UnknownAttributes.first(message, UNDERSTOOD);
        while (at != StunMessage.NONE) {
            found.add(message.code(at));
            at = UnknownAttributes.next(message, at, UNDERSTOOD);
        }

        assertThat(found).containsExactly(0x7FFF, 0x0024, 0x0000);
    }

    @Test
    void findsNothingInAMessageThatIsUnderstood() {
        assertThat(UnknownAttributes.first(withCodes(), UNDERSTOOD)).isEqualTo(StunMessage.NONE);
        assertThat(UnknownAttributes.first(withCodes(0x0006, 0x8022), UNDERSTOOD)).isEqualTo(StunMessage.NONE);
    }

    /** RFC 8489 §14.5: what follows an integrity is nobody's word. */
    @Test
    void looksNoFurtherThanTheIntegrity() {
        Set<AttributeType> understood = EnumSet.of(AttributeType.MESSAGE_INTEGRITY);
        StunMessage message = withRaw("00080014" + "00".repeat(20) + "7fff0000");

        assertThat(UnknownAttributes.first(message, understood)).isEqualTo(StunMessage.NONE);
    }

    @Test
    void listsEachCodeOnceInTheirOrder() {
        StunMessage request = withCodes(0x0024, 0x7FFF, 0x0024, 0x000D);
        StunMessage response = Messages.written(writer -> UnknownAttributes.write(writer, request, UNDERSTOOD));

        assertThat(Messages.firstValue(response)).isEqualTo("00247fff");
        assertThat(UnknownAttributes.read(response)).contains(List.of(0x0024, 0x7FFF));
    }

    @Test
    void listsSixteenCodesAtMost() {
        StunMessage request = withCodes(IntStream.range(0x1000, 0x1400).toArray());
        StunMessage response = Messages.written(writer -> UnknownAttributes.write(writer, request, UNDERSTOOD));

        assertThat(UnknownAttributes.read(response))
                .contains(IntStream.range(0x1000, 0x1010).boxed().toList());
    }

    @Test
    void readsNoListOfOddLength() {
        assertThat(UnknownAttributes.read(Messages.with(AttributeType.UNKNOWN_ATTRIBUTES, "7fff80"))).isEmpty();
        assertThat(UnknownAttributes.read(Messages.with(AttributeType.UNKNOWN_ATTRIBUTES, ""))).contains(List.of());
        assertThat(UnknownAttributes.read(withCodes())).isEmpty();
    }

    private static StunMessage withCodes(int... codes) {
        StringBuilder attributes = new StringBuilder();
        for (int code : codes) {
            attributes.append(HexFormat.of().toHexDigits((short) code)).append("0000");
        }
        return withRaw(attributes.toString());
    }

    private static StunMessage withRaw(String attributes) {
        byte[] bytes = HexFormat.of().parseHex("000300002112a442" + "00".repeat(12) + attributes);
        ByteBuffer.wrap(bytes).putShort(2, (short) (bytes.length - 20));
        StunMessage message = new StunMessage();
        message.wrap(bytes, 0, bytes.length);
        return message;
    }
}

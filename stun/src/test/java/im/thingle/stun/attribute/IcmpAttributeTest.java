// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpAttributeTest {
    /** RFC 8656 §18.13: ICMP 3/4 with an MTU of 1280, ICMPv6 1/4, the highest of all. */
    @ParameterizedTest
    @CsvSource({"3, 4, 1280, 0000060400000500", "1, 4, 0, 0000020400000000", "127, 511, -1, 0000ffffffffffff"})
    void packsTypeAndCodeInTwoBytes(int type, int code, int data, String value) {
        StunMessage message = Messages.written(writer -> IcmpAttribute.write(writer, type, code, data));

        assertThat(Messages.firstValue(message)).isEqualTo(value);
        assertThat(IcmpAttribute.read(message)).contains(new IcmpAttribute(type, code, data));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00000604", "00000604000005", "000006040000050000"})
    void readsNothingFromAMalformedValue(String value) {
        assertThat(IcmpAttribute.read(Messages.with(AttributeType.ICMP, value))).isEmpty();
        assertThat(IcmpAttribute.read(Messages.written(writer -> {}))).isEmpty();
    }

    @Property
    void readsBackWhatItWroteAndNoReservedBit(
            @ForAll @IntRange(max = 127) int type, @ForAll @IntRange(max = 511) int code, @ForAll int data) {
        StunMessage message = Messages.written(writer ->
                writer.bytes().putShort(writeAt(writer, type, code, data), (short) 0xFFFF));

        assertThat(IcmpAttribute.read(message)).contains(new IcmpAttribute(type, code, data));
    }

    private static int writeAt(StunMessageWriter writer, int type, int code, int data) {
        IcmpAttribute.write(writer, type, code, data);
        return 3 + StunMessage.HEADER_BYTES + 4;
    }
}

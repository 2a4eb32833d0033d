// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberAttributeTest {
    /** The layouts of RFC 8656 §18, RFC 6062 §6.2 and RFC 5780 §7. */
    @ParameterizedTest
    @CsvSource({
        "CHANNEL_NUMBER, 16385, 40010000",
        "LIFETIME, 600, 00000258",
        "LIFETIME, 4294967295, ffffffff",
        "REQUESTED_ADDRESS_FAMILY, 2, 02000000",
        "EVEN_PORT, 0, 00",
        "EVEN_PORT, 1, 80",
        "REQUESTED_TRANSPORT, 17, 11000000",
        "REQUESTED_TRANSPORT, 6, 06000000",
        "DONT_FRAGMENT, 0, ''",
        "ADDITIONAL_ADDRESS_FAMILY, 2, 02000000",
        "CONNECTION_ID, 3735928559, deadbeef",
        "CHANGE_REQUEST, 6, 00000006",
        "RESPONSE_PORT, 54321, d431"
    })
    void writesItsNumberAsTheStandardDoes(NumberAttribute attribute, long number, String value) {
        StunMessage message = Messages.written(writer -> attribute.write(writer, number));

        assertThat(AttributeType.of(message.code(message.first())).name()).isEqualTo(attribute.name());
        assertThat(Messages.firstValue(message)).isEqualTo(value);
        assertThat(attribute.read(message)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({
        "CHANNEL_NUMBER, 16385, 4001ffff",
        "REQUESTED_ADDRESS_FAMILY, 1, 01ffffff",
        "EVEN_PORT, 0, 7f",
        "EVEN_PORT, 1, ff",
        "REQUESTED_TRANSPORT, 255, ffffffff",
        "ADDITIONAL_ADDRESS_FAMILY, 3, 03000001",
        "RESPONSE_PORT, 54321, d4310000",
        "RESPONSE_PORT, 54321, d431ffff"
    })
    void looksAtNoReservedBit(NumberAttribute attribute, long number, String value) {
        assertThat(attribute.read(Messages.with(type(attribute), value))).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({
        "CHANNEL_NUMBER, ''", "CHANNEL_NUMBER, 4001", "CHANNEL_NUMBER, 4001000000",
        "LIFETIME, 000258", "LIFETIME, 0000000000000258",
        "REQUESTED_ADDRESS_FAMILY, 02", "REQUESTED_ADDRESS_FAMILY, 0200000000",
        "EVEN_PORT, ''", "EVEN_PORT, 8000", "EVEN_PORT, 80000000",
        "REQUESTED_TRANSPORT, 11", "REQUESTED_TRANSPORT, 1100000000",
        "DONT_FRAGMENT, 00", "DONT_FRAGMENT, 00000000",
        "ADDITIONAL_ADDRESS_FAMILY, ''",
        "CONNECTION_ID, 000001", "CONNECTION_ID, 0000000000000001",
        "CHANGE_REQUEST, 06", "CHANGE_REQUEST, 0000000600",
        "RESPONSE_PORT, d4", "RESPONSE_PORT, d43100", "RESPONSE_PORT, d431000000"
    })
    void callsAnAttributeOfAnotherLengthMalformed(NumberAttribute attribute, String value) {
        assertThat(attribute.read(Messages.with(type(attribute), value))).isEqualTo(NumberAttribute.MALFORMED);
    }

    @Test
    void tellsAnAbsentAttributeFromAMalformedOne() {
        StunMessage empty = Messages.written(writer -> {});

        for (NumberAttribute attribute : NumberAttribute.values()) {
            assertThat(attribute.read(empty)).isEqualTo(NumberAttribute.ABSENT);
        }
    }

    /** RFC 8489 §14: of several the first counts. */
    @Test
    void readsTheFirstOfTwo() {
        StunMessage message = Messages.written(writer -> {
            NumberAttribute.LIFETIME.write(writer, 1);
            NumberAttribute.LIFETIME.write(writer, 2);
        });

        assertThat(NumberAttribute.LIFETIME.read(message)).isEqualTo(1);
    }

    @Property
    void readsBackWhatItWrote(
            @ForAll @LongRange(max = 0xFFFF_FFFFL) long word, @ForAll @IntRange(max = 0xFFFF) int half,
            @ForAll @IntRange(max = 0xFF) int octet) {
        StunMessage message = Messages.written(writer -> {
            NumberAttribute.LIFETIME.write(writer, word);
            NumberAttribute.CONNECTION_ID.write(writer, (int) word);
            NumberAttribute.CHANNEL_NUMBER.write(writer, half);
            NumberAttribute.RESPONSE_PORT.write(writer, half);
            NumberAttribute.REQUESTED_TRANSPORT.write(writer, octet);
        });

        assertThat(NumberAttribute.LIFETIME.read(message)).isEqualTo(word);
        assertThat(NumberAttribute.CONNECTION_ID.read(message)).isEqualTo(word);
        assertThat(NumberAttribute.CHANNEL_NUMBER.read(message)).isEqualTo(half);
        assertThat(NumberAttribute.RESPONSE_PORT.read(message)).isEqualTo(half);
        assertThat(NumberAttribute.REQUESTED_TRANSPORT.read(message)).isEqualTo(octet);
    }

    private static AttributeType type(NumberAttribute attribute) {
        return AttributeType.valueOf(attribute.name());
    }
}

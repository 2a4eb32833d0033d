// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.StunMessage;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressErrorCodeTest {
    /** RFC 8656 §18.12: family, then class 4 and number 40. */
    @Test
    void saysWhichFamilyCouldNotBeHad() {
        StunMessage message = Messages.written(
                writer -> AddressErrorCode.write(writer, Family.IPV6, ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED));

        String phrase = HexFormat.of().formatHex("Address Family not Supported".getBytes(StandardCharsets.UTF_8));
        assertThat(Messages.firstValue(message)).isEqualTo("02000428" + phrase);
        assertThat(AddressErrorCode.read(message)).contains(new AddressErrorCode(Family.IPV6, 440));
    }

    @Test
    void readsACodeWithoutAPhrase() {
        assertThat(AddressErrorCode.read(Messages.with(AttributeType.ADDRESS_ERROR_CODE, "01fff808")))
                .isEmpty();
        assertThat(AddressErrorCode.read(Messages.with(AttributeType.ADDRESS_ERROR_CODE, "01fffd08")))
                .contains(new AddressErrorCode(Family.IPV4, 508));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "020004", "00000428", "03000428", "02000228", "02000728", "02000464"})
    void readsNothingFromAMalformedValue(String value) {
        assertThat(AddressErrorCode.read(Messages.with(AttributeType.ADDRESS_ERROR_CODE, value))).isEmpty();
        assertThat(AddressErrorCode.read(Messages.written(writer -> {}))).isEmpty();
    }
}

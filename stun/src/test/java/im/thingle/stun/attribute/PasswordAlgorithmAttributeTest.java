// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static im.thingle.stun.attribute.PasswordAlgorithm.MD5;
import static im.thingle.stun.attribute.PasswordAlgorithm.SHA256;
import static im.thingle.stun.attribute.PasswordAlgorithm.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordAlgorithmAttributeTest {
    /** The registry of RFC 8489 §18.5, neither with parameters. */
    @Test
    void writesWhatItOffersAndWhatItChose() {
        StunMessage offer = Messages.written(
                writer -> PasswordAlgorithmAttribute.writeOffered(writer, List.of(SHA256, MD5)));
        StunMessage choice = Messages.written(writer -> PasswordAlgorithmAttribute.writeChosen(writer, SHA256));

        assertThat(Messages.firstValue(offer)).isEqualTo("00020000" + "00010000");
        assertThat(Messages.firstValue(choice)).isEqualTo("00020000");
        assertThat(PasswordAlgorithmAttribute.readOffered(offer)).contains(List.of(SHA256, MD5));
        assertThat(PasswordAlgorithmAttribute.readChosen(choice)).contains(SHA256);
    }

    /** Parameters are padded to four bytes, RFC 8489 §14.11; what pads the last may be the attribute's own. */
    @ParameterizedTest
    @ValueSource(strings = {"12340000" + "00020000" + "0001000400000000",
        "1234000199000000" + "00020000" + "0001000199000000", "1234000199000000" + "00020000" + "0001000199"})
    void keepsThePlaceOfAnAlgorithmItDoesNotKnow(String value) {
        assertThat(PasswordAlgorithmAttribute.readOffered(Messages.with(AttributeType.PASSWORD_ALGORITHMS, value)))
                .contains(List.of(UNKNOWN, SHA256, UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "000200", "0002000000", "000200000001", "0002000000010001", "00020001",
        "0002ffff00", "00020001990000", "000100019900000000"})
    void takesNothingCutShort(String value) {
        assertThat(PasswordAlgorithmAttribute.readOffered(Messages.with(AttributeType.PASSWORD_ALGORITHMS, value)))
                .isEmpty();
        assertThat(PasswordAlgorithmAttribute.readChosen(Messages.with(AttributeType.PASSWORD_ALGORITHM, value)))
                .isEmpty();
    }

    @Test
    void choosesOneAlgorithm() {
        StunMessage two = Messages.with(AttributeType.PASSWORD_ALGORITHM, "0002000000010000");
        StunMessage none = Messages.written(writer -> {});

        assertThat(PasswordAlgorithmAttribute.readChosen(two)).isEmpty();
        assertThat(PasswordAlgorithmAttribute.readChosen(none)).isEmpty();
        assertThat(PasswordAlgorithmAttribute.readOffered(none)).isEmpty();
        assertThat(PasswordAlgorithmAttribute.readChosen(Messages.with(AttributeType.PASSWORD_ALGORITHM, "00090000")))
                .contains(UNKNOWN);
        assertThatThrownBy(() -> Messages.written(writer -> PasswordAlgorithmAttribute.writeChosen(writer, UNKNOWN)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

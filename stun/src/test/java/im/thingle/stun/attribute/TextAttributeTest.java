// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.Vectors;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.StunMessage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextAttributeTest {
    /** RFC 5769 §2.4. */
    @Test
    void readsTheTextsOfTheVector() {
        byte[] bytes = Vectors.read(Vectors.REQUEST_LONG_TERM);
        StunMessage message = new StunMessage();
        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);

        assertThat(TextAttribute.USERNAME.read(message)).contains(Vectors.USERNAME);
        assertThat(TextAttribute.REALM.read(message)).contains(Vectors.REALM);
        assertThat(TextAttribute.NONCE.read(message)).contains("f//499k954d6OL34oL9FSTvy64sA");
        assertThat(TextAttribute.SOFTWARE.read(message)).isEmpty();
    }

    /** The most bytes of RFC 8489 §14.3, §14.9, §14.10, §14.14 and §14.16. */
    @ParameterizedTest
    @CsvSource({"USERNAME, 508", "REALM, 763", "NONCE, 763", "SOFTWARE, 763", "ALTERNATE_DOMAIN, 255"})
    void takesNoMoreBytesThanTheStandard(TextAttribute attribute, int most) {
        AttributeType type = AttributeType.valueOf(attribute.name());
        String longest = "a".repeat(most - 3) + "\u20AC";
        StunMessage message = Messages.written(writer -> attribute.write(writer, longest));
        StunMessage tooLong = Messages.written(writer -> writer.add(type, longest + "a"));

        assertThat(attribute.read(message)).contains(longest);
        assertThat(attribute.read(tooLong)).isEmpty();
        assertThat(tooLong.has(type)).isTrue();
        assertThatThrownBy(() -> Messages.written(writer -> attribute.write(writer, longest + "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most " + most);
    }

    /** A stray continuation, a cut sequence, two overlong forms, a surrogate, more than U+10FFFF. */
    @ParameterizedTest
    @ValueSource(strings = {"80", "61c3", "61e282", "c080", "e08080", "eda080", "f4908080", "ff"})
    void takesNothingThatIsNoUtf8(String hex) {
        assertThat(TextAttribute.USERNAME.read(Messages.with(AttributeType.USERNAME, hex))).isEmpty();
    }

    /** U+FFFD is a character like others where it was meant. */
    @Test
    void takesAReplacementCharacterThatWasSent() {
        assertThat(TextAttribute.USERNAME.read(Messages.with(AttributeType.USERNAME, "efbfbd"))).contains("\uFFFD");
    }

    @ParameterizedTest
    @EnumSource
    void tellsAnEmptyTextFromNone(TextAttribute attribute) {
        assertThat(attribute.read(Messages.written(writer -> attribute.write(writer, "")))).contains("");
        assertThat(attribute.read(Messages.written(writer -> {}))).isEmpty();
    }

    @Property
    void readsBackWhatItWrote(@ForAll @StringLength(max = 120) String text) {
        boolean encodable = text.chars().noneMatch(unit -> Character.isSurrogate((char) unit));

        StunMessage message = Messages.written(writer -> TextAttribute.REALM.write(writer, text));

        assertThat(TextAttribute.REALM.read(message)).isPresent();
        if (encodable) {
            assertThat(TextAttribute.REALM.read(message)).contains(text);
        }
    }
}

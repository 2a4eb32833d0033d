// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MessageTypeTest {
    /** As the RFCs and every packet capture spell them. */
    @ParameterizedTest
    @CsvSource({
        "0x0001, REQUEST, BINDING",
        "0x0011, INDICATION, BINDING",
        "0x0101, SUCCESS_RESPONSE, BINDING",
        "0x0111, ERROR_RESPONSE, BINDING",
        "0x0003, REQUEST, ALLOCATE",
        "0x0113, ERROR_RESPONSE, ALLOCATE",
        "0x0104, SUCCESS_RESPONSE, REFRESH",
        "0x0016, INDICATION, SEND",
        "0x0017, INDICATION, DATA",
        "0x0108, SUCCESS_RESPONSE, CREATE_PERMISSION",
        "0x0009, REQUEST, CHANNEL_BIND",
        "0x000A, REQUEST, CONNECT",
        "0x010B, SUCCESS_RESPONSE, CONNECTION_BIND",
        "0x001C, INDICATION, CONNECTION_ATTEMPT"
    })
    void hasTheCodeOfTheStandards(int code, MessageClass messageClass, Method method) {
        MessageType type = MessageType.of(code);

        assertThat(type).isEqualTo(new MessageType(messageClass, method));
        assertThat(type.code()).isEqualTo(code);
        assertThat(MessageType.of(messageClass, method)).isSameAs(type);
    }

    @ParameterizedTest
    @CsvSource({"0x0000", "0x0002", "0x000D", "0x0021", "0x0201", "0x3EEF"})
    void doesNotTakeAnotherMethodForAKnownOne(int code) {
        assertThat(MessageType.of(code)).isEqualTo(new MessageType(MessageClass.REQUEST, Method.UNKNOWN));
    }

    @ParameterizedTest
    @EnumSource
    void cannotWriteAnUnknownMethod(MessageClass messageClass) {
        assertThatThrownBy(MessageType.of(messageClass, Method.UNKNOWN)::code)
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void splitsTheRegistryOfAttributesAtHalf() {
        assertThat(AttributeType.comprehensionRequired(0x7FFF)).isTrue();
        assertThat(AttributeType.comprehensionRequired(0x8000)).isFalse();
        assertThat(AttributeType.of(0x8028)).isEqualTo(AttributeType.FINGERPRINT);
        assertThat(AttributeType.of(0x0028)).isEqualTo(AttributeType.UNKNOWN);
    }

    @Test
    void findsEveryAttributeByItsCodeAndNoOther() {
        for (int code = 0; code <= 0xFFFF; code++) {
            AttributeType type = AttributeType.of(code);
            assertThat(type == AttributeType.UNKNOWN || type.code() == code).isTrue();
        }
        for (AttributeType type : AttributeType.values()) {
            assertThat(AttributeType.of(type.code())).isEqualTo(type);
        }
    }
}

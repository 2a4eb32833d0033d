// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class StunMessageWriterTest {
    private static final MessageType TYPE = MessageType.of(MessageClass.REQUEST, Method.ALLOCATE);
    private static final TransactionId ID = new TransactionId(0x00010203, 0x0405060708090a0bL);

    private final byte[] array = new byte[100];
    private final StunMessageWriter writer = new StunMessageWriter();

    @Test
    void writesZeroPaddingOverWhatTheBufferHeld() {
        Arrays.fill(array, (byte) 0xFF);

        writer.start(ByteBuffer.wrap(array), 1, TYPE, ID)
                .add(AttributeType.DONT_FRAGMENT)
                .add(AttributeType.SOFTWARE, "a")
                .add(AttributeType.REALM, "ab")
                .add(AttributeType.NONCE, "abc")
                .add(AttributeType.LIFETIME, 600);

        assertThat(HexFormat.of().formatHex(array, 1, 1 + writer.length()))
                .isEqualTo("000300242112a442000102030405060708090a0b"
                        + "001a0000"
                        + "8022000161000000"
                        + "0014000261620000"
                        + "0015000361626300"
                        + "000d000400000258");
        assertThat(array[0]).isEqualTo((byte) 0xFF);
        assertThat(array[1 + writer.length()]).isEqualTo((byte) 0xFF);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = {"MESSAGE_INTEGRITY_SHA256", "FINGERPRINT"})
    void writesOnlyChecksumsAfterMessageIntegrity(AttributeType type) {
        writer.start(ByteBuffer.wrap(array), 0, TYPE, ID).add(AttributeType.MESSAGE_INTEGRITY, new byte[20]);

        assertThatThrownBy(() -> writer.add(type)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource
    void writesNothingAfterFingerprint(AttributeType type) {
        writer.start(ByteBuffer.wrap(array), 0, TYPE, ID).add(AttributeType.FINGERPRINT, 0);

        assertThatThrownBy(() -> writer.add(type)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void staysWholeWhenTheBufferIsFull() {
        writer.start(ByteBuffer.wrap(array, 0, 28).slice(), 0, TYPE, ID).add(AttributeType.LIFETIME, 600);

        assertThatThrownBy(() -> writer.add(AttributeType.LIFETIME, 1)).isInstanceOf(IndexOutOfBoundsException.class);

        assertThat(new StunMessage().wrap(array, 0, writer.length())).isEqualTo(Malformed.NONE);
    }

    @Test
    void refusesAMessageThatItsLengthFieldCannotTell() {
        writer.start(ByteBuffer.allocate(70_000), 0, TYPE, ID).add(AttributeType.DATA, new byte[0xFFF8]);

        assertThatThrownBy(() -> writer.add(AttributeType.DONT_FRAGMENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DONT_FRAGMENT");
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DtlsRecordsTest {
    @Test
    void wholeRecordsAreSound() {
        assertThat(DtlsRecords.areSound(record(22, 0, 1))).isTrue();
        assertThat(DtlsRecords.areSound(record(23, 1, 24))).isTrue();
        assertThat(DtlsRecords.areSound(both(record(20, 0, 1), record(22, 1, 40)))).isTrue();
    }

    /** Bouncy Castle would end the association for it, and needs no key to be told so. */
    @Test
    void anEncryptedRecordHasRoomForNonceAndTag() {
        assertThat(DtlsRecords.areSound(record(23, 1, 23))).isFalse();
        assertThat(DtlsRecords.areSound(record(23, 0xFFFF, 0))).isFalse();
        assertThat(DtlsRecords.areSound(both(record(23, 1, 24), record(23, 1, 23)))).isFalse();
    }

    @Test
    void whatIsCutOffIsNotSound() {
        assertThat(DtlsRecords.areSound(new byte[0])).isFalse();
        assertThat(DtlsRecords.areSound(new byte[12])).isFalse();
        assertThat(DtlsRecords.areSound(Arrays.copyOf(record(22, 0, 9), 21))).isFalse();
        assertThat(DtlsRecords.areSound(both(record(22, 0, 9), new byte[3]))).isFalse();
    }

    @Property(tries = 500)
    void noBytesMakeItThrow(@ForAll byte[] any, @ForAll @IntRange(max = 300) int length) {
        DtlsRecords.areSound(any);
        assertThat(DtlsRecords.areSound(both(record(22, 0, length), any)))
                .isEqualTo(any.length == 0 || DtlsRecords.areSound(any));
    }

    private static byte[] record(int type, int epoch, int length) {
        return ByteBuffer.allocate(DtlsRecords.HEADER_BYTES + length)
                .put((byte) type)
                .putShort((short) 0xFEFD)
                .putShort((short) epoch)
                .putShort((short) 0)
                .putInt(1)
                .putShort((short) length)
                .array();
    }

    private static byte[] both(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.StunMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelDataTest {
    /** RFC 5766 §11: 0x4000 to 0x7FFF, of which RFC 8656 §12 leaves the first quarter. */
    @Test
    void isToldByItsFirstByte() {
        for (int first = 0; first <= 0xFF; first++) {
            assertThat(ChannelData.isChannelData((byte) first)).isEqualTo(first >= 64 && first <= 127);
        }
        assertThat(ChannelData.isNumber(0x3FFF)).isFalse();
        assertThat(ChannelData.isNumber(0x4000)).isTrue();
        assertThat(ChannelData.isNumber(0x7FFF)).isTrue();
        assertThat(ChannelData.isNumber(0x8000)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "40000000, 0",
        "4000000101, 1",
        "7fff000101, 1",
        // padding over UDP, as much as the client likes
        "4000000101000000, 1",
        "400000010100000000000000, 1",
        "400000080102030405060708, 8"
    })
    void findsTheDataOfADatagram(String hex, int length) {
        assertThat(check(hex)).isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({"''", "40", "400000", "40000001", "4000ffff01", "4000000501020304", "0001000000000000", "8fff0000",
        "3fff0000", "80000000"})
    void refusesADatagramThatIsNoneOrCutShort(String hex) {
        assertThat(check(hex)).isEqualTo(ChannelData.MALFORMED);
    }

    @Test
    void writesTheHeaderInNetworkOrderWhateverTheBuffersOrder() {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            ByteBuffer bytes = ByteBuffer.allocate(6).order(order);

            ChannelData.writeHeader(bytes, 1, 0x4FED, 0xABCD);

            assertThat(bytes.array()).isEqualTo(HexFormat.of().parseHex("004fedabcd00"));
            assertThat(ChannelData.number(bytes, 1)).isEqualTo(0x4FED);
            assertThat(ChannelData.length(bytes, 1)).isEqualTo(0xABCD);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 4", "2, 4", "3, 4", "4, 4", "5, 8", "65532, 65532", "65535, 65536"})
    void padsToFourBytesInAStream(int length, int padded) {
        assertThat(ChannelData.padded(length)).isEqualTo(padded);
    }

    @Property
    void zeroesThePaddingAndNothingElse(@ForAll @IntRange(max = 20) int length, @ForAll @IntRange(max = 3) int at) {
        byte[] bytes = new byte[40];
        Arrays.fill(bytes, (byte) 0xFF);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        ChannelData.writeHeader(buffer, at, 0x4000, length);

        ChannelData.writePadding(buffer, at);

        for (int i = at + 4; i < bytes.length; i++) {
            boolean padding = i >= at + 4 + length && i < at + 4 + (length + 3) / 4 * 4;
            assertThat(bytes[i]).isEqualTo((byte) (padding ? 0 : 0xFF));
        }
    }

    @Property(tries = 2000)
    void anyDatagramIsReadWithinItsBoundsOrRefusedAndIsNeverAlsoStun(@ForAll @Size(max = 40) byte[] bytes) {
        int length = ChannelData.check(ByteBuffer.wrap(bytes), 0, bytes.length);

        assertThat(length).isGreaterThanOrEqualTo(ChannelData.MALFORMED);
        if (length != ChannelData.MALFORMED) {
            assertThat(length).isLessThanOrEqualTo(bytes.length - 4);
            assertThat(new StunMessage().wrap(bytes, 0, bytes.length)).isNotEqualTo(Malformed.NONE);
        }
    }

    @Test
    void asksForBytesThatAreThere() {
        ByteBuffer bytes = ByteBuffer.allocate(4);

        assertThatThrownBy(() -> ChannelData.check(bytes, 0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static int check(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return ChannelData.check(ByteBuffer.wrap(bytes), 0, bytes.length);
    }
}

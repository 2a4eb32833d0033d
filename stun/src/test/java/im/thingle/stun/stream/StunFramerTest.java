// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.stream;

import static im.thingle.stun.stream.StunFramer.MALFORMED;
import static im.thingle.stun.stream.StunFramer.NEED_MORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.Vectors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StunFramerTest {
    private static final String COOKIE_AND_ID = "2112a442" + "000102030405060708090a0b";

    private final StunFramer framer = new StunFramer(StunFramer.LONGEST);

    @ParameterizedTest
    @CsvSource({
        "00010000" + COOKIE_AND_ID + ", 20",
        "00010004" + COOKIE_AND_ID + "001a0000, 24",
        "40000000, 4",
        "4fff000101000000, 8",
        "4fff000401020304, 8",
        "4fff000501020304050000ff, 12"
    })
    void findsTheEndOfAMessage(String hex, int length) {
        byte[] bytes = HexFormat.of().parseHex(hex + "aa");

        assertThat(next(bytes, bytes.length)).isEqualTo(length);
        assertThat(next(bytes, length)).isEqualTo(length);
        assertThat(next(bytes, length - 1)).isEqualTo(NEED_MORE);
    }

    /** 0x80 is RTP, 0x16 in front of another cookie TLS. */
    @ParameterizedTest
    @ValueSource(strings = {"80", "ff", "1603010020", "0001000020", "000100002111", "0001000021120a",
        "000100002112a443", "000100022112a442", "000100012112a442", "0001ffff2112a442"})
    void saysAtTheFirstByteThatCannotBeThatTheStreamIsNoStun(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(next(bytes, bytes.length)).isEqualTo(MALFORMED);
        assertThat(next(bytes, bytes.length - 1)).isEqualTo(NEED_MORE);
    }

    @Test
    void refusesAMessageLongerThanItsBufferBeforeItIsWhole() {
        StunFramer narrow = new StunFramer(24);
        byte[] longest = HexFormat.of().parseHex("00010004" + "2112a442");
        byte[] tooLong = HexFormat.of().parseHex("00010008" + "2112a442");

        assertThat(narrow.next(ByteBuffer.wrap(longest), 0, 8)).isEqualTo(NEED_MORE);
        assertThat(narrow.next(ByteBuffer.wrap(tooLong), 0, 8)).isEqualTo(MALFORMED);
        assertThat(narrow.next(ByteBuffer.wrap(HexFormat.of().parseHex("40000014")), 0, 4)).isEqualTo(NEED_MORE);
        assertThat(narrow.next(ByteBuffer.wrap(HexFormat.of().parseHex("40000015")), 0, 4)).isEqualTo(MALFORMED);
    }

    @Test
    void takesTheLongestMessagesThereAre() {
        byte[] bytes = new byte[StunFramer.LONGEST];
        ByteBuffer.wrap(bytes).putInt(0, 0x0001FFFC).putInt(4, 0x2112A442);
        assertThat(next(bytes, bytes.length)).isEqualTo(20 + 0xFFFC);

        ByteBuffer.wrap(bytes).putInt(0, 0x4FFFFFFF);
        assertThat(next(bytes, bytes.length)).isEqualTo(4 + 0x10000);
    }

    @Test
    void looksOnlyAtWhatIsAvailable() {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex("ff40000000ff")).position(3);

        assertThat(framer.next(bytes, 1, 4)).isEqualTo(4);
        assertThat(framer.next(bytes, 1, 3)).isEqualTo(NEED_MORE);
        assertThat(framer.next(bytes, 1, 0)).isEqualTo(NEED_MORE);
        assertThat(bytes.position()).isEqualTo(3);
        assertThatThrownBy(() -> framer.next(bytes, 1, 6)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** Whatever comes in which pieces: the messages are those of the stream in one piece. */
    @Property(tries = 500)
    void anySplitGivesTheSameMessages(
            @ForAll("messages") List<byte[]> messages, @ForAll @Size(max = 3) byte[] end,
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 90) Integer> pieces) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        messages.forEach(stream::writeBytes);
        stream.writeBytes(end);

        List<Integer> whole = frames(stream.toByteArray(), List.of(stream.size() + 1));
        List<Integer> split = frames(stream.toByteArray(), pieces);

        assertThat(split).isEqualTo(whole);
        assertThat(whole.subList(0, messages.size()))
                .isEqualTo(messages.stream().map(message -> message.length).toList());
    }

    @Property(tries = 3000)
    void anyBytesInAnyPiecesGiveTheSameMessagesAndNothingThrows(
            @ForAll("almostMessages") byte[] bytes,
            @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 1, max = 12) Integer> pieces) {
        assertThat(frames(bytes, pieces)).isEqualTo(frames(bytes, List.of(bytes.length + 1)));
    }

    /**
     * Lengths of the messages in a stream that arrives in these pieces, in turn; the last is what is said of the rest.
     */
    private List<Integer> frames(byte[] stream, List<Integer> pieces) {
        List<Integer> frames = new ArrayList<>();
        int from = 0;
        int arrived = 0;
        int length = NEED_MORE;
        for (int i = 0; arrived < stream.length && length != MALFORMED; i++) {
            arrived = Math.min(stream.length, arrived + pieces.get(i % pieces.size()));
            // Cut off, so that a byte read too far throws.
            ByteBuffer bytes = ByteBuffer.wrap(stream).limit(arrived);
            while ((length = framer.next(bytes, from, arrived - from)) > 0) {
                assertThat(length).isLessThanOrEqualTo(arrived - from);
                frames.add(length);
                from += length;
            }
        }
        frames.add(length);
        return frames;
    }

    private int next(byte[] bytes, int available) {
        return framer.next(ByteBuffer.wrap(bytes), 0, available);
    }

    @Provide
    Arbitrary<List<byte[]>> messages() {
        Arbitrary<byte[]> stun = Arbitraries.of(Vectors.ALL).map(Vectors::read);
        Arbitrary<byte[]> channelData = Arbitraries.bytes().array(byte[].class).ofMaxSize(70)
                .map(data -> ByteBuffer.allocate(4 + (data.length + 3) / 4 * 4)
                        .putShort((short) 0x4001).putShort((short) data.length).put(data).array());
        return Arbitraries.oneOf(stun, channelData).list().ofMaxSize(8);
    }

    /** Words that often are the beginning of a message. */
    @Provide
    Arbitrary<byte[]> almostMessages() {
        Arbitrary<Integer> words = Arbitraries.oneOf(Arbitraries.integers(),
                Arbitraries.of(0x00010000, 0x00010004, 0x2112A442, 0x40000000, 0x40000001, 0x4FFF0008, 0));
        return words.list().ofMaxSize(20).map(list -> {
            ByteBuffer bytes = ByteBuffer.allocate(list.size() * 4);
            list.forEach(bytes::putInt);
            return bytes.array();
        });
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.socks5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The written forms of a hash (XEP-0065 §5.3.2). */
class StreamKeyTest {
    /** XEP-0260 §2.2: SID vj3hs98y, Romeo to Juliet. */
    private static final String HASH = "972b7bf47291ca609517f67f86b5081086052dad";

    @Example
    void isWrittenAsTheStandardWritesIt() throws Exception {
        String parties = "vj3hs98y" + "romeo@montague.lit/orchard" + "juliet@capulet.lit/balcony";
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(parties.getBytes(StandardCharsets.UTF_8));

        assertThat(HexFormat.of().formatHex(hash)).isEqualTo(HASH);
        assertThat(StreamKey.parse(HASH)).hasToString(HASH);
    }

    @Example
    void isTheSameInUpperCase() {
        assertThat(StreamKey.parse(HASH.toUpperCase())).isEqualTo(StreamKey.parse(HASH));
    }

    @Property
    void readsWhatItWrites(@ForAll long high, @ForAll long middle, @ForAll int low) {
        StreamKey key = new StreamKey(high, middle, low);
        byte[] within = ("??" + key + "?").getBytes(StandardCharsets.US_ASCII);

        assertThat(StreamKey.parse(key.toString())).isEqualTo(key);
        assertThat(StreamKey.isValid(within, 2, StreamKey.DIGITS)).isTrue();
        assertThat(StreamKey.read(within, 2)).isEqualTo(key);
        assertThat(key.spread()).isNotNegative();
    }

    @Example
    void refusesWhatIsNotFortyHexadecimalDigits() {
        for (String wrong : new String[] {"", HASH + "0", HASH.substring(1), HASH.substring(1) + "g"}) {
            byte[] bytes = wrong.getBytes(StandardCharsets.US_ASCII);

            assertThatIllegalArgumentException().isThrownBy(() -> StreamKey.parse(wrong));
            assertThat(StreamKey.isValid(bytes, 0, bytes.length)).as(wrong).isFalse();
        }
    }
}

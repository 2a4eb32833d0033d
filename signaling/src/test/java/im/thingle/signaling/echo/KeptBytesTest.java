// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeptBytesTest {
    private final KeptBytes kept = new KeptBytes(1 << 20, 1 << 21);

    @Property(tries = 200)
    void anyPartOfWhatWasAddedInAnyPieces(@ForAll @Size(max = 8) List<@IntRange(min = 1, max = 40_000) Integer> pieces,
            @ForAll @IntRange(max = 1_000) int from, @ForAll @IntRange(max = 1_000) int to) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        KeptBytes.File file = kept.file(-1);
        for (int length : pieces) {
            byte[] piece = new byte[length];
            for (int i = 0; i < length; i++) {
                piece[i] = (byte) (all.size() + i >> 7);
            }
            all.writeBytes(piece);
            file.add(piece);
        }
        int start = all.size() * Math.min(from, to) / 1_000;
        int end = all.size() * Math.max(from, to) / 1_000;

        ByteArrayOutputStream part = new ByteArrayOutputStream();
        file.part(start, end - start).forEach(part::writeBytes);

        assertThat(part.toByteArray()).isEqualTo(Arrays.copyOfRange(all.toByteArray(), start, end));
        assertThat(kept.used()).isEqualTo(all.size());
        file.drop();
        file.drop();
        assertThat(kept.used()).isZero();
    }

    @Test
    void singleBytesTakeNoMoreRoomThanMany() {
        KeptBytes.File file = kept.file(-1);
        for (int i = 0; i < 3 * KeptBytes.BLOCK_BYTES; i++) {
            file.add(new byte[1]);
        }

        assertThat(file.part(0, 3 * KeptBytes.BLOCK_BYTES)).hasSize(3);
    }
}

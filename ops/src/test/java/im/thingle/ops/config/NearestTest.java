// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    @Test
    void countsInsertionsDeletionsSubstitutionsAndSwaps() {
        assertThat(Nearest.edits("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.edits("", "abc")).isEqualTo(3);
        assertThat(Nearest.edits("hots", "host")).isEqualTo(1);
    }

    @Test
    void findsTheLikelyWord() {
        assertThat(Nearest.to("parked-timout", List.of("parked", "parked-timeout"))).contains("parked-timeout");
    }

    @Test
    void findsNothingForAStranger() {
        assertThat(Nearest.to("colour", List.of("host", "port"))).isEmpty();
    }
}

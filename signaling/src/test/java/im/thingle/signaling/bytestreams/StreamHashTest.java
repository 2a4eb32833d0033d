// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.bytestreams;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StreamHashTest {
    /** XEP-0260, the examples of the two candidates. */
    @Test
    void matchesTheExamplesOfXep0260() {
        assertThat(StreamHash.of("vj3hs98y", "romeo@montague.lit/orchard", "juliet@capulet.lit/balcony"))
                .isEqualTo("972b7bf47291ca609517f67f86b5081086052dad");
        assertThat(StreamHash.of("vj3hs98y", "juliet@capulet.lit/balcony", "romeo@montague.lit/orchard"))
                .isEqualTo("1a12fb7bc625e55f3ed5b29a53dbe0e4aa7d80ba");
    }

    @Property(tries = 200)
    void isAlwaysForty(@ForAll String sid, @ForAll String requester, @ForAll String target) {
        assertThat(StreamHash.of(sid, requester, target)).matches("[0-9a-f]{40}");
    }
}

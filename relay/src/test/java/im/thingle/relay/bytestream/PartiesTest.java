// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartiesTest {
    private static final Parties PARTIES =
            new Parties("romeo@montague.lit/orchard", "romeo@montague.lit", "juliet@capulet.lit/balcony");
    private static final Parties CHARGED_TO_ANOTHER =
            new Parties("romeo@proxy.lit", "nurse@capulet.lit", "juliet@capulet.lit", "a73sjjvkla37jfea");

    @ParameterizedTest
    @CsvSource({"romeo@montague.lit, true", "juliet@capulet.lit, true", "nurse@capulet.lit, false",
        "romeo@montague.li, false", "romeo@montague.lit.example, false", "romeo@montague.lit/orchard, true"})
    void includeWhoAsksAndWhoIsAsked(String account, boolean included) {
        assertThat(PARTIES.include(account)).isEqualTo(included);
    }

    @ParameterizedTest
    @CsvSource({"nurse@capulet.lit, true", "romeo@proxy.lit, true", "juliet@capulet.lit, true",
        "tybalt@capulet.lit, false"})
    void includeWhomTheyAreChargedTo(String account, boolean included) {
        assertThat(CHARGED_TO_ANOTHER.include(account)).isEqualTo(included);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.Jid;

class JidsTest {
    @ParameterizedTest
    @CsvSource({
        "Romeo@Montague.LIT/Orchard, romeo@montague.lit/Orchard",
        "montague.lit., montague.lit",
        // RFC 3454 B.2: sharp s folds to ss, final sigma to sigma; NFKC makes the wide letter and the ligature plain.
        "stra\u00DFe@\u03C2.example, strasse@\u03C3.example",
        "\uFF21dmin@example.org/\uFF21\uFB01, admin@example.org/Afi",
        "cafe\u0301@example.org, caf\u00E9@example.org",
        // RFC 6122 appendix B.3 keeps case and inner blanks of a resource.
        "a@b/My Phone, a@b/My Phone",
        "a@b/Phone \uD83D\uDCF1, a@b/Phone \uD83D\uDCF1",
        "a@b/c@d/e, a@b/c@d/e"})
    void preparesEachPart(String written, String prepared) {
        assertThat(Jids.parse(written).map(Jid::toString)).contains(prepared);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@b", "a@", "a@b/", "/c", "a b@c", "a'b@c", "a@b c", "a@b/\u0007", "a@b/\uE000",
        "a@b/\uDBFF\uDFFD", "a@b/x\uD83D", "\u00AD@b", "a@b@c", "<a@b"})
    void refusesWhatIsNoAddress(String written) {
        assertThat(Jids.parse(written)).isEmpty();
    }

    @Test
    void refusesPartsOfMoreThan1023Bytes() {
        assertThat(Jids.parse("a".repeat(1023) + "@b")).isPresent();
        assertThat(Jids.parse("a".repeat(1024) + "@b")).isEmpty();
        assertThat(Jids.parse("a@b/" + "\u00E9".repeat(512))).isEmpty();
    }

    @Property(tries = 2000)
    void neverThrows(@ForAll String text) {
        assertThat(Jids.parse("a@b/" + text)).isNotNull();
        assertThat(Jids.parse(text + "@" + text)).isNotNull();
    }
}

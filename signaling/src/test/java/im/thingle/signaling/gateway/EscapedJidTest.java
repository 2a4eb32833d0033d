// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of XEP-0106 §4.2, §4.3 and §5.1. */
class EscapedJidTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "space cadet, space\\20cadet",
        "call me \"ishmael\", call\\20me\\20\\22ishmael\\22",
        "at&t guy, at\\26t\\20guy",
        "d'artagnan, d\\27artagnan",
        "/.fanboy, \\2f.fanboy",
        "::foo::, \\3a\\3afoo\\3a\\3a",
        "<foo>, \\3cfoo\\3e",
        "user@host, user\\40host",
        "c:\\net, c\\3a\\net",
        "c:\\\\net, c\\3a\\\\net",
        "c:\\cool stuff, c\\3a\\cool\\20stuff",
        "c:\\5commas, c\\3a\\5c5commas",
        "\\3and\\2is\\5cool, \\5c3and\\2is\\5c5cool",
        "\\2plus\\2is\\4, \\2plus\\2is\\4",
        "foo\\bar, foo\\bar",
        "foob\\41r, foob\\41r",
    })
    void examples(String text, String localpart) {
        assertThat(EscapedJid.escape(text)).isEqualTo(localpart);
        assertThat(EscapedJid.unescape(localpart)).isEqualTo(text);
    }

    @Property
    void comesBackWhateverItIs(@ForAll @Chars({'\\', '5', 'c', '4', '0', '2', ' ', '@', 'x', '/', '"'}) String text) {
        String localpart = EscapedJid.escape(text);
        assertThat(EscapedJid.unescape(localpart)).isEqualTo(text);
        assertThat(localpart).doesNotContain(" ", "@", "/", "\"");
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.util.encoders.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountTagsTest {
    private static final String ALICE = "alice@example.org";

    private final AccountTags tags = new AccountTags(List.of("north-north-west"));

    @Test
    void isTheSameForOneAccountWhoeverMakesIt() {
        assertThat(tags.tag(ALICE)).isEqualTo(new AccountTags(List.of("north-north-west")).tag(ALICE));
        assertThat(tags.tag(ALICE)).isNotEqualTo(tags.tag("alice@example.net"));
    }

    @ParameterizedTest
    @ValueSource(strings = {ALICE, "a@b", "example.org", "sixteen@test.org", "señor@bücher.example",
        "李@例え.jp", "😀@example.org", "a'b\"c%d@example.org"})
    void leadsBackToTheAccount(String account) {
        assertThat(tags.account(tags.tag(account))).contains(account);
    }

    @Test
    void isReadByNobodyElse() {
        var tag = tags.tag(ALICE);

        assertThat(tag).matches("[A-Za-z0-9_-]+").doesNotContainIgnoringCase("alice").doesNotContain("example");
        assertThat(new String(Base64.getUrlDecoder().decode(tag), StandardCharsets.ISO_8859_1))
                .doesNotContain("alice");
        assertThat(new AccountTags(List.of("north-north-east")).account(tag)).isEmpty();
    }

    @Test
    void hidesTheLengthUpToABlockOfSixteenBytes() {
        assertThat(bytes("a@b")).isEqualTo(bytes("sixteen@test.org")).isEqualTo(16 + 16);
        assertThat(bytes("seventeen@test.or")).isEqualTo(32 + 16);
    }

    private int bytes(String account) {
        return Base64.getUrlDecoder().decode(tags.tag(account)).length;
    }

    @Test
    void readsTagsOfEachSecretAndMakesThemWithTheFirst() {
        var replaced = new AccountTags(List.of("new-secret-of-today", "north-north-west"));

        assertThat(replaced.account(tags.tag(ALICE))).contains(ALICE);
        assertThat(replaced.tag(ALICE)).isEqualTo(new AccountTags(List.of("new-secret-of-today")).tag(ALICE));
    }

    @Test
    void knowsEveryChangeOfATag() {
        var tag = tags.tag(ALICE);

        for (var at = 0; at < tag.length(); at++) {
            var other = tag.charAt(at) == 'A' ? 'B' : 'A';
            assertThat(tags.account(tag.substring(0, at) + other + tag.substring(at + 1)))
                    .as("changed at " + at).isEmpty();
        }
        assertThat(tags.account(tag.substring(4))).isEmpty();
        assertThat(tags.account(tag + "AAAA")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alice", ALICE, "user-with-a-name-as-long-as-the-shortest-tag--", "A",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ä"})
    void takesNoNameForATag(String name) {
        assertThat(tags.account(name)).isEmpty();
    }

    @Test
    void takesNoNameOfAnyLengthForATag() {
        for (var length = 0; length < 600; length++) {
            assertThat(tags.account("A".repeat(length))).isEmpty();
        }
        assertThat(tags.account("A".repeat(100_000))).isEmpty();
    }

    @Test
    void isWrittenInOneWayOnly() {
        var tag = tags.tag("a@b");

        assertThat(tag).hasSize(43);
        var last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".indexOf(tag.charAt(42));
        var twin = tag.substring(0, 42)
                + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".charAt(last + 1);
        assertThat(Base64.getUrlDecoder().decode(twin)).isEqualTo(Base64.getUrlDecoder().decode(tag));
        assertThat(tags.account(twin)).isEmpty();
    }

    @Test
    void fitsIntoAUserNameHoweverLongTheJid() {
        for (var length : List.of(340, 351, 352, 353, 368, 1000, 2047)) {
            var account = "a".repeat(length - "@example.org".length()) + "@example.org";
            var username = "999999999999:" + tags.tag(account);

            assertThat(username.length()).as("with a JID of " + length).isLessThanOrEqualTo(508);
            if (length <= 352) {
                assertThat(tags.account(tags.tag(account))).contains(account);
            } else {
                assertThat(tags.account(tags.tag(account))).isEmpty();
                assertThat(tags.tag(account)).hasSize(43).isNotEqualTo(tags.tag("b" + account.substring(1)));
            }
        }
    }

    /** The key is HKDF-SHA256 of the secret with our label; what follows was computed with python3-cryptography. */
    @Test
    void isMadeAsDescribed() {
        assertThat(Hex.toHexString(Base64.getUrlDecoder().decode(tags.tag(ALICE)))).isEqualTo(
                "88250288f2998ee999f56e3b9a2005227eb8afa1e28fec17bbcbdee06a97d285"
                        + "50ec33f36fceb4683e1bc6e92853dd55");
    }
}

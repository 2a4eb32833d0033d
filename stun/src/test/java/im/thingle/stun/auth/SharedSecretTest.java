// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected passwords are openssl's: {@code printf NAME | openssl dgst -sha1 -hmac SECRET -binary | base64}. */
class SharedSecretTest {
    private static final String NORTH = "north wind";
    private static final String SHA1_OF_ALICE = "iNikfYHt0MRRt7VOvEs3RgXDzQo=";
    private static final String SHA256_OF_ALICE = "hedaDb+TRgRZ2nobGM9pm51Ojy4qBtotEanBh5ddEiI=";

    private final SharedSecret secret = new SharedSecret(List.of(NORTH));

    @Test
    void mintsWhatTheDraftSays() {
        SharedSecret.Credential credential = secret.mint("alice", 1_700_000_000);

        assertThat(credential.username()).isEqualTo("1700000000:alice");
        assertThat(credential.password()).isEqualTo(SHA1_OF_ALICE);
        assertThat(credential.toString()).doesNotContain(SHA1_OF_ALICE);
    }

    @Test
    void mintsTheTimeAloneForNobody() {
        assertThat(secret.mint("", 1_700_000_000))
                .isEqualTo(new SharedSecret.Credential("1700000000", "oq9Aqp4cZpsvPNAAtdPPpzSibAM="));
    }

    @Test
    void bothHashesAreGoodSinceTheClientDoesNotSayWhichItHas() {
        Password password = secret.find("1700000000:alice");

        assertThat(password.candidates()).containsExactly(SHA1_OF_ALICE, SHA256_OF_ALICE);
        assertThat(password.user()).isEqualTo("alice");
        assertThat(password.expiresEpochSeconds()).isEqualTo(1_700_000_000);
        assertThat(password.toString()).doesNotContain(SHA1_OF_ALICE);
    }

    @Test
    void everySecretIsGoodAndTheFirstMints() {
        SharedSecret both = new SharedSecret(List.of("south", NORTH));

        assertThat(both.find("1700000000:alice").candidates())
                .hasSize(4)
                .contains(SHA1_OF_ALICE, SHA256_OF_ALICE)
                .startsWith(both.mint("alice", 1_700_000_000).password());
    }

    /** Prosody's mod_turn_external without turn_external_user. */
    @Test
    void theTimeAloneIsAName() {
        Password password = secret.find("1700000000");

        assertThat(password.candidates()).startsWith("oq9Aqp4cZpsvPNAAtdPPpzSibAM=");
        assertThat(password.user()).isEqualTo("1700000000");
    }

    /** ejabberd's mod_stun_disco: eight hexadecimal digits each for user and host, which may look like a number. */
    @Test
    void aUserOfDigitsIsNoTime() {
        assertThat(secret.find("1700000000:1234567812345678").expiresEpochSeconds()).isEqualTo(1_700_000_000);
        assertThat(secret.find("1700000000:alice@example.org:5").user()).isEqualTo("alice@example.org:5");
    }

    @Test
    void theTimeMayStandLast() {
        Password password = new SharedSecret(List.of("south")).find("alice:1700000000");

        assertThat(password.candidates()).startsWith("ZynPVnGgQTP7CFUvNrt464WJ/HA=");
        assertThat(password.user()).isEqualTo("alice");
        assertThat(password.expiresEpochSeconds()).isEqualTo(1_700_000_000);
    }

    @Test
    void aNameWithoutATimeIsNobodys() {
        for (String name : List.of("", ":", "alice", "alice:", ":alice", "-5:alice", "+5:alice", "17e8:alice",
                "9999999999999:alice", "\u0661\u0662:alice")) {
            assertThat(secret.find(name)).as(name).isNull();
        }
    }

    @Test
    void anEmptySecretIsRefusedSinceEverybodyKnowsIt() {
        assertThatThrownBy(() -> new SharedSecret(List.of(NORTH, ""))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SharedSecret(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAreNotFoundByHash() {
        assertThat(secret.findByUserhash(Userhash.of("1700000000:alice", "example.org"))).isNull();
        assertThat(secret.findsAllByUserhash()).isFalse();
    }
}

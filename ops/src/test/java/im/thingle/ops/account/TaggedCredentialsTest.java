// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.account;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.auth.SharedSecret;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaggedCredentialsTest {
    private static final List<String> SECRETS = List.of("new-secret-of-today", "north-north-west");

    private final SharedSecret secret = new SharedSecret(SECRETS);
    private final AccountTags tags = new AccountTags(SECRETS);
    private final TaggedCredentials credentials = new TaggedCredentials(secret, tags);

    @Test
    void userIsTheAccountBehindTheTag() {
        var made = secret.mint(tags.tag("alice@example.org"), 1_700_000_000);

        var password = credentials.find(made.username());

        assertThat(made.username()).startsWith("1700000000:").doesNotContain("alice");
        assertThat(password.user()).isEqualTo("alice@example.org");
        assertThat(password.candidates()).contains(made.password());
        assertThat(password.expiresEpochSeconds()).isEqualTo(1_700_000_000);
    }

    @Test
    void readsWhatTheSecretBeforeHasMade() {
        var before = new AccountTags(List.of("north-north-west"));

        assertThat(credentials.find("1700000000:" + before.tag("alice@example.org")).user())
                .isEqualTo("alice@example.org");
    }

    @Test
    void leavesOtherNamesAlone() {
        assertThat(credentials.find("1700000000:alice").user()).isEqualTo("alice");
        assertThat(credentials.find("1700000000").user()).isEqualTo("1700000000");
        assertThat(credentials.find("alice")).isNull();
    }

    @Test
    void aForeignTagIsAPlainName() {
        var foreign = new AccountTags(List.of("somebody else's secret")).tag("alice@example.org");

        assertThat(credentials.find("1700000000:" + foreign).user()).isEqualTo(foreign);
    }

    @Test
    void findsNobodyByHashIfTheSecretCannot() {
        assertThat(credentials.findsAllByUserhash()).isFalse();
        assertThat(credentials.findByUserhash(new byte[32])).isNull();
    }
}

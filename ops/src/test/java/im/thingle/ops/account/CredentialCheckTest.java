// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.account;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.auth.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class CredentialCheckTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final long TOMORROW = 1_700_000_000 + 86_400;
    private static final List<String> SECRETS = List.of("new-secret-of-today", "north-north-west");

    private final CredentialCheck check = new CredentialCheck(SECRETS, Map.of("bob", "builder"));

    private CredentialCheck.Verdict check(String username, String secret) {
        return check.of(username, hmac("HmacSHA1", secret, username), NOW);
    }

    private static String hmac(String algorithm, String secret, String text) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void namesTheAccountTheSecretAndTheEnd() {
        var made = new SharedSecret(SECRETS).mint(new AccountTags(SECRETS).tag("alice@example.org"), TOMORROW);

        assertThat(check.of(made.username(), made.password(), NOW)).isEqualTo(new CredentialCheck.Verdict(true,
                "made with the first secret by HMAC-SHA1 for alice@example.org, good until 2023-11-15T22:13:20Z,"
                        + " 1 d 0 h 0 min from now"));
    }

    @Test
    void knowsWhichSecretAndWhichHash() {
        var username = TOMORROW + ":alice";

        assertThat(check.of(username, hmac("HmacSHA256", "north-north-west", username), NOW).text())
                .startsWith("made with secret number 2 by HMAC-SHA256 for alice (no tag of ours, taken as it is),"
                        + " good until");
    }

    @Test
    void saysSinceWhenTheyAreNoLongerGood() {
        var verdict = check("1699992800:alice", "new-secret-of-today");

        assertThat(verdict.accepted()).isFalse();
        assertThat(verdict.text()).startsWith("expired at 2023-11-14T20:13:20Z, 2 h 0 min ago; ")
                .contains("compare the clocks");
    }

    @Test
    void saysThatAnotherSecretMadeThem() {
        assertThat(check(TOMORROW + ":alice", "somebody else's secret")).isEqualTo(new CredentialCheck.Verdict(false,
                "none of our 2 secrets makes this password: whoever made it has another secret; write the same"
                        + " one there and in thingle.turn.shared-secret"));
    }

    @Test
    void findsALineBreakOrQuotesInTheOtherSecret() {
        assertThat(check(TOMORROW + ":alice", "north-north-west\n").text())
                .contains("secret number 2 with a line break");
        assertThat(check(TOMORROW + ":alice", "\"new-secret-of-today\"").text()).contains("first secret with quotes");
    }

    @Test
    void saysThatThePasswordIsNone() {
        assertThat(check.of(TOMORROW + ":alice", "swordfish", NOW).text()).contains("is no HMAC-SHA1");
    }

    @Test
    void saysThatTheNameIsNone() {
        assertThat(check.of("alice", "swordfish", NOW).text()).contains("no user has this name").contains("cut");
        assertThat(check.of("1700000000000:alice", "swordfish", NOW).text()).contains("in milliseconds");
    }

    @Test
    void knowsUsersWithPasswords() {
        assertThat(check.of("bob", "builder", NOW).accepted()).isTrue();
        assertThat(check.of("bob", "wrong", NOW))
                .isEqualTo(new CredentialCheck.Verdict(false, "thingle.turn.users has bob with another password"));
        assertThat(new CredentialCheck(List.of(), Map.of("bob", "builder")).of(TOMORROW + ":x", "y", NOW).text())
                .contains("no shared secret");
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.Vectors;
import im.thingle.stun.attribute.BytesAttribute;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.StunMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private final Credentials users = new StaticUsers("example.org", Map.of("bob", "builder", "5:bob", "five"));
    private final Credentials secret = new SharedSecret(List.of("north wind"));
    private final Credentials both = Credentials.both(users, secret);

    @Test
    void usersHaveOnePasswordForEver() {
        assertThat(users.find("bob")).isEqualTo(new Password(List.of("builder"), "bob", Password.NEVER));
        assertThat(users.find("rob")).isNull();
    }

    /** RFC 8489 appendix B.1 with erratum 6268. */
    @Test
    void usersAreFoundByTheHashThatTheStandardPrints() {
        byte[] bytes = Vectors.read(Vectors.REQUEST_SHA256);
        StunMessage message = new StunMessage();
        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);
        byte[] printed = BytesAttribute.USERHASH.read(message).orElseThrow();
        Credentials named = new StaticUsers(Vectors.REALM, Map.of(Vectors.USERNAME, Vectors.PASSWORD));

        assertThat(named.findByUserhash(printed)).isEqualTo(Vectors.USERNAME);
        assertThat(users.findByUserhash(printed)).isNull();
    }

    @Test
    void bothStandSideBySide() {
        assertThat(both.find("bob").candidates()).containsExactly("builder");
        assertThat(both.find("1700000000:alice").user()).isEqualTo("alice");
        assertThat(both.find("5:bob").candidates()).containsExactly("five");
        assertThat(both.find("nobody")).isNull();
        assertThat(both.findByUserhash(Userhash.of("bob", "example.org"))).isEqualTo("bob");
    }

    @Test
    void namesMayBeHiddenOnlyWhereAllAreFound() {
        assertThat(users.findsAllByUserhash()).isTrue();
        assertThat(both.findsAllByUserhash()).isFalse();
    }
}

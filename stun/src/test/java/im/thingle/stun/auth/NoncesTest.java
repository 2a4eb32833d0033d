// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class NoncesTest {
    private static final long NOW = 1_800_000_000L;
    private static final long LIFETIME = 3600;
    private static final byte[] KEY = new byte[Nonces.KEY_BYTES];
    private static final TransportAddress CLIENT = ipv4(0xC0000207L, 5000);

    private final Nonces nonces = new Nonces(KEY, LIFETIME);

    @Test
    void beginsAsTheStandardWantsAndNeedsNoPadding() {
        String nonce = text(nonces.issue(CLIENT, 0x000003, NOW));

        assertThat(nonce).startsWith("obMatJos2AAAD").hasSize(32).matches("[A-Za-z0-9+/]*");
    }

    @Test
    void isGoodForItsLifetimeAndNotBeforeItWasMade() {
        byte[] nonce = nonces.issue(CLIENT, 1, NOW);

        assertThat(nonces.isFresh(nonce, CLIENT, NOW)).isTrue();
        assertThat(nonces.isFresh(nonce, CLIENT, NOW + LIFETIME)).isTrue();
        assertThat(nonces.isFresh(nonce, CLIENT, NOW + LIFETIME + 1)).isFalse();
        assertThat(nonces.isFresh(nonce, CLIENT, NOW - 1)).isFalse();
    }

    @Test
    void differsFromClientToClient() {
        byte[] nonce = nonces.issue(CLIENT, 1, NOW);

        assertThat(nonces.issue(ipv4(0xC0000207L, 5001), 1, NOW)).isNotEqualTo(nonce);
        assertThat(nonces.issue(ipv4(0xC0000208L, 5000), 1, NOW)).isNotEqualTo(nonce);
        assertThat(nonces.issue(CLIENT, 1, NOW)).isEqualTo(nonce);
    }

    @Test
    void followsAClientWithinItsNetworkOnly() {
        byte[] four = nonces.issue(CLIENT, 1, NOW);
        byte[] six = nonces.issue(ipv6("20010db8000000010000000000000001", 1), 1, NOW);

        assertThat(nonces.isFresh(four, ipv4(0xC00002FFL, 1), NOW)).isTrue();
        assertThat(nonces.isFresh(four, ipv4(0xC0000307L, 5000), NOW)).isFalse();
        assertThat(nonces.isFresh(six, ipv6("20010db800000001ffffffffffffffff", 2), NOW)).isTrue();
        assertThat(nonces.isFresh(six, ipv6("20010db8000000020000000000000001", 1), NOW)).isFalse();
        assertThat(nonces.isFresh(four, ipv6("00000000000000000000ffffc0000207", 5000), NOW)).isTrue();
        assertThat(nonces.isFresh(four, ipv6("00000000000000000000ffffc0000307", 5000), NOW)).isFalse();
    }

    @Test
    void everyLoopWithTheKeyKnowsIt() {
        byte[] nonce = nonces.issue(CLIENT, 1, NOW);
        byte[] otherKey = KEY.clone();
        otherKey[31] = 1;

        assertThat(new Nonces(KEY, LIFETIME).isFresh(nonce, CLIENT, NOW)).isTrue();
        assertThat(new Nonces(otherKey, LIFETIME).isFresh(nonce, CLIENT, NOW)).isFalse();
    }

    @Test
    void claimsBitsWhoeverMadeIt() {
        assertThat(Nonces.features(ascii("obMatJos2AAAC//499k954d6OL34oL9FSTvy64sA"))).isEqualTo(0x000002);
        assertThat(Nonces.features(ascii("obMatJos2gAAA"))).isEqualTo(0x800000);
        assertThat(Nonces.features(ascii("f//499k954d6OL34oL9FSTvy64sA"))).isZero();
        assertThat(Nonces.features(ascii("obMatJos2"))).isZero();
        assertThat(Nonces.features(ascii("obMatJos2!!!!"))).isZero();
        assertThat(Nonces.features(ascii("obMatJos2AA=="))).isZero();
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> new Nonces(new byte[31], LIFETIME)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 300)
    void everyChangeIsNoticed(
            @ForAll @LongRange(max = 0xFFFF_FFFFL) long address, @ForAll @IntRange(max = 3) int features,
            @ForAll @IntRange(max = 31) int at, @ForAll byte other) {
        byte[] nonce = nonces.issue(ipv4(address, 5000), features, NOW);
        byte original = nonce[at];

        nonce[at] = other;

        // The last character has two bits that stand for nothing; a decoder may look at them or not.
        if (at < 31) {
            assertThat(nonces.isFresh(nonce, ipv4(address, 5000), NOW)).isEqualTo(other == original);
        }
    }

    @Property(tries = 300)
    void noBytesMakeItThrow(@ForAll byte[] any) {
        assertThat(nonces.isFresh(any, CLIENT, NOW)).isFalse();
        assertThat(Nonces.features(any)).isBetween(0, 0xFFFFFF);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] nonce) {
        return new String(nonce, StandardCharsets.US_ASCII);
    }

    private static TransportAddress ipv4(long address, int port) {
        return new TransportAddress(Family.IPV4, 0, address, port);
    }

    private static TransportAddress ipv6(String hex, int port) {
        return TransportAddress.of(HexFormat.of().parseHex(hex), port);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import im.thingle.stun.attribute.TransportAddress.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTest {
    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.0.0.0/8", "10.1.2.3, 10.1.2.3/32", "0.0.0.0/0, 0.0.0.0/0", "::/0, ::/0",
        "FD00:0:0::/8, fd00::/8", "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1/128", "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::ffff:a00:1, 10.0.0.1/32",
        "1:2:3:4:5:6:7:0/112, 1:2:3:4:5:6:7:0/112", "64:ff9b::192.0.2.33, 64:ff9b::c000:221/128"})
    void readsWhatPeopleWrite(String written, String canonical) {
        assertThat(Prefix.parse(written)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/8", "localhost", "10", "10.0", "10.0.0", "10.0.0.0.0", "10.0.0.256", "010.0.0.1",
        "0x7f.0.0.1", "1.2.3.4 ", "1.2.3.٤", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8", "12345::", "g::",
        "fe80::1%eth0", "::1.2.3", "1.2.3.4::", "1.2.3.4:5::", "::-1", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
        "10.0.0.0/8/8", "::/129", "::/0000", "10.0.0.0/+8", "1:2:3:4:5:6:7:1.2.3.4"})
    void refusesEverythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix.parse(text))
                .withMessageContaining("\"" + text + "\"");
    }

    @Test
    void saysWhatWasProbablyMeant() {
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix.parse("10.1.0.0/8"))
                .withMessage("10.1.0.0/8 has bits set behind the prefix (expected: 10.0.0.0/8)");
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix.parse("2001:db8::1/32"))
                .withMessage("2001:db8::1/32 has bits set behind the prefix (expected: 2001:db8::/32)");
    }

    @Test
    void aMappedAddressIsInTheIpv4RangeAndInNoOther() {
        long mapped = 0xFFFF_0A00_0001L;

        assertThat(Prefix.parse("10.0.0.0/8").contains(Family.IPV6, 0, mapped)).isTrue();
        assertThat(Prefix.parse("::/0").contains(Family.IPV6, 0, mapped)).isFalse();
        assertThat(Prefix.parse("0.0.0.0/0").contains(Family.IPV6, 0, 1)).isFalse();
    }
}

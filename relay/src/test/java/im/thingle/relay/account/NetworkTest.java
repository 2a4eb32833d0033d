// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class NetworkTest {
    @Test
    void takesAnIpv4AddressForItself() throws Exception {
        assertThat(of("192.0.2.1")).isEqualTo(of("192.0.2.1")).isNotEqualTo(of("192.0.2.2"));
    }

    @Test
    void takesAllOfASlash64ForOne() throws Exception {
        assertThat(of("2001:db8:0:1::1")).isEqualTo(of("2001:db8:0:1:ffff:ffff:ffff:ffff"));
        assertThat(of("2001:db8:0:1::1")).isNotEqualTo(of("2001:db8:0:2::1"));
    }

    @Test
    void takesAMappedAddressForTheIpv4Address() throws Exception {
        assertThat(of("::ffff:192.0.2.1")).isEqualTo(of("192.0.2.1"));
    }

    @Test
    void tellsTheFamiliesApart() throws Exception {
        assertThat(of("0.0.0.0")).isNotEqualTo(of("::"));
    }

    private static Network of(String literal) throws UnknownHostException {
        return Network.of(InetAddress.getByName(literal));
    }
}

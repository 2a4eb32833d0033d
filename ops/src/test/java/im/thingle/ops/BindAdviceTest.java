// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindAdviceTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bind(..) failed: Address already in use      | ss -lntup
            bind(..) failed: Permission denied           | CAP_NET_BIND_SERVICE
            bind(..) failed: Cannot assign requested address | public-addresses
            something else                               | check the address
            """)
    void saysWhatToDoNext(String message, String advice) {
        assertThat(BindAdvice.of(new IOException("cannot listen on 127.0.0.1:5000: " + message))).contains(advice);
    }
}

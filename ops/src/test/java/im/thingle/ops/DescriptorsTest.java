// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.bytestream.BytestreamLimits;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
    private static final BytestreamLimits LIMITS = new BytestreamLimits(1000, 0, 0, 500, 0, 0, 0, 0, 0, 0, 0, 0);

    @Test
    void isContentWhenTheLimitsFit() {
        assertThat(Descriptors.shortage(LIMITS, 200, 2 * 1000 + 500 + 200 + 1000)).isEmpty();
    }

    @Test
    void saysHowManyDescriptorsAreNeeded() {
        assertThat(Descriptors.shortage(LIMITS, 200, 1024)).get().asString().contains("1024").contains("3700")
                .contains("LimitNOFILE");
    }
}

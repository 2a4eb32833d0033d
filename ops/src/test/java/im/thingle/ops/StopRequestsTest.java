// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StopRequestsTest {
    private final StopRequests requests = new StopRequests();

    @Test
    void drainsAtTheFirstAndCutsAtTheSecond() {
        requests.request();

        assertThat(requests.drain()).isDone();
        assertThat(requests.cut()).isNotDone();

        requests.request();

        assertThat(requests.cut()).isDone();
    }

    @Test
    void anOperatorsWishToDrainNeverCuts() {
        requests.requestDrain();
        requests.requestDrain();

        assertThat(requests.drain()).isDone();
        assertThat(requests.cut()).isNotDone();
    }
}

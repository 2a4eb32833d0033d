// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.socks5.StreamKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What several threads do at once to legs that share their keys. */
class LegDirectoryTest {
    private static final int LEGS = 200;

    @Test
    void givesEachLegToOneWhoReleases() throws Exception {
        LegDirectory directory = new LegDirectory();
        List<StreamKey> keys = List.of(Proxy.anyKey(), Proxy.anyKey());
        Set<BrokeredLeg> released = Collections.newSetFromMap(new IdentityHashMap<>());
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < LEGS; i++) {
                    directory.expect(new BrokeredLeg(keys, null));
                }
                List<Future<BrokeredLeg>> some = new ArrayList<>();
                for (int i = 0; i < LEGS; i++) {
                    some.add(threads.submit(() -> directory.release(keys)));
                }
                for (Future<BrokeredLeg> each : some) {
                    released.add(each.get());
                }
            }
        }

        assertThat(released).hasSize(20 * LEGS).doesNotContainNull();
        assertThat(directory.remembered()).isZero();
    }
}

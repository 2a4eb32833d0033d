// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Loopback;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.TurnThingle;
import im.thingle.ops.peer.Turnutils;
import org.junit.jupiter.api.Test;

/** coturn's NAT explorer against two addresses and two ports of Thingle, RFC 5780. */
@NeedsPeer(Peer.COTURN)
class NatDiscoveryIT {
    @Test
    void fourAddressesTellThatThereIsNoNat() {
        int first = Loopback.freePort();
        int second = Loopback.freePort();
        String settings = "thingle.turn.nat-discovery = [\"127.0.0.1:%d\", \"127.0.0.2:%d\"]".formatted(first, second);
        try (TurnThingle thingle = TurnThingle.start(settings);
                Child explorer = Turnutils.natDiscovery("127.0.0.1", first)) {
            assertThat(explorer.awaitExit()).as(() -> explorer.output() + thingle.process().child().output()).isZero();
            assertThat(explorer.output())
                    .contains("Other addr: : 127.0.0.2:" + second)
                    .contains("Response origin: : 127.0.0.2:" + second)
                    .contains("Endpoint Independent Mapping!")
                    .contains("Endpoint Independent Filtering!");
        }
    }
}

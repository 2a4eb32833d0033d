// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.Settings;
import im.thingle.relay.turn.RelayPorts;
import im.thingle.stun.turn.PeerPolicy;
import java.io.IOException;

/**
 * The relayed addresses with their ports, and who may be behind them: one for TURN and for Jingle Relay Nodes together,
 * found when the first of the two asks. Blocks. Confined to the thread that starts the service.
 */
public final class RelaySites {
    /** What was found. Safe from any thread. */
    public record Found(RelayPorts ports, PeerPolicy peers) {}

    private final Settings settings;
    private Found found;

    public RelaySites(Settings settings) {
        this.settings = settings;
    }

    /** @throws IOException if this machine has no address to relay at; its message says what to do */
    public Found find() throws IOException {
        if (found == null) {
            var relays = RelaySearch.of(settings);
            found = new Found(new RelayPorts(relays, settings.turn().relayPorts()),
                    PeerRules.of(settings, relays, LocalAddresses.all()));
        }
        return found;
    }
}

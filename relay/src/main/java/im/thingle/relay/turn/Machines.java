// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.relay.account.Accounts;
import im.thingle.stun.auth.Authenticator;
import im.thingle.stun.auth.ChallengeBudget;
import im.thingle.stun.auth.Entropy;
import im.thingle.stun.auth.Nonces;
import im.thingle.stun.turn.AllocationQuotas;
import im.thingle.stun.turn.TurnOutput;
import im.thingle.stun.turn.TurnServer;
import im.thingle.stun.turn.TurnSettings;

/**
 * Makes the machine of each loop. All believe each other's nonces and count against the same quotas; the budget of
 * challenges is each one's own part. Safe from any thread.
 */
final class Machines {
    private static final int BURST_SECONDS = ChallengeBudget.DEFAULT_BURST / ChallengeBudget.DEFAULT_PER_SECOND;

    private final TurnServiceSettings settings;
    private final AllocationQuotas quotas;
    private final byte[] nonceKey = new byte[Nonces.KEY_BYTES];

    Machines(TurnServiceSettings settings, Accounts accounts) {
        this.settings = settings;
        TurnSettings turn = settings.turn();
        quotas = new AllocationQuotas(turn.allocationsPerUser(), turn.allocationsPerAddress(), accounts::exhausted);
        new SecureEntropy().nextBytes(nonceKey);
    }

    TurnServer make(Entropy entropy, TurnOutput output) {
        Authenticator authenticator = new Authenticator(
                settings.turn().realm(),
                settings.credentials(),
                new Nonces(nonceKey, settings.nonceLifetime().toSeconds()),
                new ChallengeBudget(settings.challengesPerNetwork(), BURST_SECONDS * settings.challengesPerNetwork(),
                        entropy.nextLong()),
                () -> System.currentTimeMillis() / 1000);
        return new TurnServer(settings.turn(), authenticator, settings.peers(), quotas, entropy, output);
    }
}

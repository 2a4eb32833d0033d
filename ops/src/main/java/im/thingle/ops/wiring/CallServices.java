// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.account.AccountTags;
import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnCredentials;
import im.thingle.ops.config.TurnListeners;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.stun.auth.SharedSecret;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The STUN and TURN services of this process, and credentials for them whose name holds the account as a tag. Safe from
 * any thread.
 */
public final class CallServices implements CallServicesPort {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.turn");

    private final List<CallService> services;
    private final Optional<Mint> mint;

    private CallServices(List<CallService> services, Optional<Mint> mint) {
        this.services = services;
        this.mint = mint;
    }

    /**
     * What clients are told; empty if the operator wants them to be told nothing.
     *
     * @param listen what is really bound
     * @param whenIssued called for each credential
     */
    public static Optional<CallServices> of(
            Settings settings, TurnListeners listen, TurnCredentials credentials, InstantSource clock,
            Runnable whenIssued) {
        var external = settings.externalServices();
        if (!external.enabled()) {
            return Optional.empty();
        }
        var services = AnnouncedServices.of(settings, listen);
        if (services.isEmpty()) {
            LOG.warn("clients are told of no call service: nothing that they speak listens in the address family of"
                    + " thingle.public-addresses; write thingle.turn.udp or tcp");
        }
        if (credentials.secrets().isEmpty()) {
            LOG.warn("clients are told of STUN only, because credentials cannot be made without a secret; write"
                    + " thingle.turn.shared-secret beside thingle.turn.users");
            return Optional.of(new CallServices(
                    services.stream().filter(each -> !each.kind().restricted()).toList(), Optional.empty()));
        }
        var mint = new Mint(credentials.secrets(), external.lifetime(), clock, whenIssued);
        return Optional.of(new CallServices(services, Optional.of(mint)));
    }

    @Override
    public List<CallService> services() {
        return services;
    }

    @Override
    public CallCredential credential(String account) {
        return mint.orElseThrow(() -> new IllegalStateException("no service needs credentials")).credential(account);
    }

    /** Makes credentials. Safe from any thread. */
    private record Mint(SharedSecret secret, AccountTags tags, Duration lifetime, InstantSource clock,
            Runnable whenIssued) {
        Mint(List<String> secrets, Duration lifetime, InstantSource clock, Runnable whenIssued) {
            this(new SharedSecret(secrets), new AccountTags(secrets), lifetime, clock, whenIssued);
            rehearse();
        }

        /** The first credential of a process takes a hundred times as long as others: not on an event loop. */
        private void rehearse() {
            secret.mint(tags.tag("nobody"), 0);
        }

        CallCredential credential(String account) {
            var expires = clock.instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
            var made = secret.mint(tags.tag(account), expires.getEpochSecond());
            whenIssued.run();
            return new CallCredential(made.username(), made.password(), expires);
        }
    }
}

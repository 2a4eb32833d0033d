// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.GatewaySettings;
import im.thingle.ops.state.KeptContacts;
import im.thingle.signaling.port.BrokerEvents;
import im.thingle.signaling.port.EchoLimits;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.port.GatewayPorts;
import im.thingle.signaling.port.MediaPort;
import im.thingle.signaling.port.StreamsPort;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What this process has to offer for Jingle sessions between contacts. Safe from any thread.
 *
 * @param inBand is one of those who hear of events
 * @param draining whether no new session is to begin
 */
public record OfferedGateway(
        KeptContacts contacts, BrokerEvents events, InBandBytes inBand, GatewaySettings settings,
        BooleanSupplier draining) {
    /** The same as the signaling of one component sees it. */
    GatewayPorts ports(String component, StreamsPort streams, Optional<MediaPort> media) {
        var limits = new GatewayLimits(settings.sessions(), settings.sessionsPerJid(), settings.ringTimeout());
        var echo = Optional.of(EchoLimits.DEFAULT.withCall(settings.echoCallTimeout()))
                .filter(on -> settings.echo());
        return new GatewayPorts(contacts.of(component), streams, events, limits, draining, media, echo);
    }
}

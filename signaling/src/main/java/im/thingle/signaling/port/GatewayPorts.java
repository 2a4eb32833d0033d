// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a component needs to be a gateway to contacts, with sessions brokered between them. Safe from any thread.
 *
 * @param draining whether no new session is to begin
 * @param media empty: calls are off
 * @param echo empty: there is no account that answers every session itself
 */
public record GatewayPorts(
        ContactsPort contacts,
        StreamsPort streams,
        BrokerEvents events,
        GatewayLimits limits,
        BooleanSupplier draining,
        Optional<MediaPort> media,
        Optional<EchoLimits> echo) {
    /** Without calls. */
    public GatewayPorts(ContactsPort contacts, StreamsPort streams, BrokerEvents events, GatewayLimits limits,
            BooleanSupplier draining, Optional<EchoLimits> echo) {
        this(contacts, streams, events, limits, draining, Optional.empty(), echo);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.ops.state.StateDirectory;
import im.thingle.relay.bytestream.BytestreamSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything the operator decides, checked. reference.conf describes each part. Immutable.
 *
 * @param publicAddresses what clients are told, best first; empty: the addresses that are bound
 * @param threads event loops; 0: one per core
 * @param allow who may use the service; empty: the users of each component's parent domain
 * @param operators prepared bare JIDs that may run operators' commands (XEP-0133)
 * @param admin where metrics and health are served, if anywhere
 * @param state where Thingle keeps what it makes itself
 * @param drainTimeout how long active streams may take to finish when the server stops
 */
public record Settings(
        List<XmppServer> xmpp,
        List<String> publicAddresses,
        TransportChoice transport,
        int threads,
        BytestreamSettings bytestreams,
        TurnOptions turn,
        ExternalServicesSettings externalServices,
        RelayNodesSettings relayNodes,
        GatewaySettings gateway,
        List<String> allow,
        List<String> operators,
        Optional<InetSocketAddress> admin,
        StateDirectory state,
        Duration drainTimeout,
        LogSettings log) {}

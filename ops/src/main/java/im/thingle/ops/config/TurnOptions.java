// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import im.thingle.ops.certificate.CertificateFiles;
import im.thingle.relay.turn.PortRange;
import im.thingle.relay.turn.RelayAddress;
import im.thingle.stun.turn.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * Everything the operator decides about the STUN/TURN server, checked; what must be made or looked up at start is still
 * open. Immutable.
 *
 * @param choice never AUTO if anything else is written
 * @param certificate empty: a self-signed one
 * @param relayAddresses empty: found by means of the public addresses
 * @param tcpRelay whether RFC 6062 is served
 * @param mobility whether RFC 8016 is served
 * @param proxies who sends the PROXY protocol
 */
public record TurnOptions(
        TurnChoice choice,
        TurnListeners listen,
        String realm,
        TurnCredentials credentials,
        Optional<CertificateFiles> certificate,
        PortRange relayPorts,
        List<RelayAddress> relayAddresses,
        TurnPeers peers,
        boolean tcpRelay,
        boolean mobility,
        List<Prefix> proxies,
        TurnTimes times,
        TurnLimits limits) {}

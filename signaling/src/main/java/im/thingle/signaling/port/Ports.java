// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.Optional;

/**
 * Everything a component offers, and who may have it. Safe from any thread.
 *
 * @param calls empty: no call services are told (XEP-0215)
 * @param channels empty: no channels (XEP-0278)
 * @param gateway empty: nobody is reached through the component
 */
public record Ports(
        RelayPort relay,
        AccessPort access,
        Optional<CallServicesPort> calls,
        CallServicesSettings callSettings,
        Optional<ChannelsPort> channels,
        OperationsPort operations,
        Optional<GatewayPorts> gateway) {}

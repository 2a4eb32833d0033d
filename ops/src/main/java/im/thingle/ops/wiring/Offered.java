// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.Settings;
import im.thingle.relay.bytestream.BytestreamServer;
import im.thingle.signaling.port.AccessPort;
import im.thingle.signaling.port.CallServicesSettings;
import im.thingle.signaling.port.ChannelsPort;
import im.thingle.signaling.port.MediaPort;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.port.Ports;
import im.thingle.signaling.port.Streamhost;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What this process has to offer to XMPP clients. Safe from any thread.
 *
 * @param calls empty: clients are told nothing of calls
 * @param channels empty: clients get no channels
 * @param gateway empty: contacts have no addresses at the components
 * @param media empty: the gateway carries no calls
 */
public record Offered(
        BytestreamServer bytestreams,
        Optional<CallServices> calls,
        Optional<? extends ChannelsPort> channels,
        Optional<OfferedGateway> gateway,
        Optional<? extends MediaPort> media,
        OperationsPort operations) {
    /** The same as the signaling of one component sees it. */
    Ports ports(Settings settings, String component, List<Streamhost> streamhosts, AccessPort access) {
        var external = settings.externalServices();
        return new Ports(
                new RelayAdapter(bytestreams.commands(), streamhosts),
                access,
                calls.map(Function.identity()),
                new CallServicesSettings(external.requestsPerMinute(), external.pushes()),
                channels.map(Function.identity()),
                operations,
                gateway.map(
                        each -> each.ports(component,
                                new StreamsAdapter(bytestreams.commands(), streamhosts, each.inBand()),
                        media.map(Function.identity()))));
    }
}

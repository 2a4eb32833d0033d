// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.adhoc.Commands;
import im.thingle.signaling.bytestreams.BytestreamsHandler;
import im.thingle.signaling.delegation.Delegation;
import im.thingle.signaling.echo.EchoService;
import im.thingle.signaling.extdisco.ExternalServices;
import im.thingle.signaling.gateway.Gateway;
import im.thingle.signaling.gateway.Mapping;
import im.thingle.signaling.info.EntityInfo;
import im.thingle.signaling.jingle.JingleSessions;
import im.thingle.signaling.jingle.Wire;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.port.EchoLimits;
import im.thingle.signaling.port.GatewayPorts;
import im.thingle.signaling.port.MediaPort;
import im.thingle.signaling.port.Ports;
import im.thingle.signaling.port.SignalingEvents;
import im.thingle.signaling.relaynodes.RelayNodes;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.IqDispatch;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Says which services a component has, by what its ports can do. Confined to its event loop.
 *
 * @param ports call back on the loop
 * @param dispatch answers what is delegated
 */
record ServiceList(
        ComponentSettings settings, Ports ports, Requests requests, IqDispatch dispatch, SignalingEvents events) {
    /** Clients acknowledge by themselves: nobody is waited for but the network. */
    private static final Duration ACKNOWLEDGED = Duration.ofSeconds(30);

    /** To list somebody's sessions makes every loop look through all it has. */
    private static final int COMMANDS_PER_MINUTE = 20;

    List<Service> all(String softwareVersion) {
        String component = settings.jid();
        List<Service> services = new ArrayList<>();
        services.add(new BytestreamsHandler(component, ports.relay(), ports.access()));
        services.add(new EntityInfo(softwareVersion, System::nanoTime, Instant::now));
        Admission credentials = admission(ports.callSettings().requestsPerMinute());
        ports.calls().ifPresent(calls -> addCalls(calls, credentials, services));
        ports.channels().ifPresent(channels ->
                services.add(new RelayNodes(channels, ports.calls(), credentials, InstantSource.system())));
        services.add(new Commands(ports.operations(), admission(COMMANDS_PER_MINUTE), settings.domains(),
                InstantSource.system(), System::nanoTime, () -> UUID.randomUUID().toString()));
        ports.gateway().ifPresent(gateway -> {
            gateway.echo().ifPresent(limits -> services.add(echo(gateway, limits, softwareVersion)));
            services.add(gateway(gateway));
        });
        return services;
    }

    private Admission admission(int requestsPerMinute) {
        return new Admission(ports.access(), settings.jid(), requestsPerMinute, System::nanoTime);
    }

    /** It is asked before the gateway: its address is no contact's. */
    private Service echo(GatewayPorts gateway, EchoLimits limits, String softwareVersion) {
        EchoService.Means means = new EchoService.Means(
                ports.access(), gateway.contacts(), gateway.streams(),
                gateway.media().flatMap(MediaPort::mirror), gateway.events(), limits, gateway.draining());
        return new EchoService(settings.jid(), softwareVersion, means, requests, () -> UUID.randomUUID().toString(),
                System::nanoTime);
    }

    private Service gateway(GatewayPorts gateway) {
        Mapping mapping = new Mapping(settings.jid());
        JingleSessions sessions = new JingleSessions(mapping, Wire.over(requests, ACKNOWLEDGED), gateway,
                () -> UUID.randomUUID().toString(), requests, System::nanoTime);
        return new Gateway(mapping, ports.access(), gateway.contacts(), sessions, requests, System::nanoTime);
    }

    /** Only where there are call services can their discovery be delegated: a server asks before it delegates. */
    private void addCalls(CallServicesPort calls, Admission credentials, List<Service> services) {
        ExternalServices external = new ExternalServices(calls, ports.callSettings().pushes(), credentials, requests,
                InstantSource.system());
        services.add(external);
        services.add(new Delegation(settings.jid(), settings.domains(), external.features(), dispatch, events));
    }
}

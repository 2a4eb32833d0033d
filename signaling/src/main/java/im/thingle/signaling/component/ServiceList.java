// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.adhoc.Commands;
import im.thingle.signaling.bytestreams.BytestreamsHandler;
import im.thingle.signaling.delegation.Delegation;
import im.thingle.signaling.extdisco.ExternalServices;
import im.thingle.signaling.info.EntityInfo;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.port.Ports;
import im.thingle.signaling.port.SignalingEvents;
import im.thingle.signaling.relaynodes.RelayNodes;
import im.thingle.signaling.stanza.IqDispatch;
import im.thingle.signaling.stanza.Requests;
import im.thingle.signaling.stanza.Service;
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
    List<Service> all(String softwareVersion) {
        String component = settings.jid();
        List<Service> services = new ArrayList<>();
        services.add(new BytestreamsHandler(component, ports.relay(), ports.access()));
        services.add(new EntityInfo(softwareVersion, System::nanoTime, Instant::now));
        ports.calls().ifPresent(calls -> addCalls(calls, services));
        ports.channels().ifPresent(channels -> services.add(new RelayNodes(channels, ports, component, System::nanoTime,
                InstantSource.system())));
        services.add(new Commands(ports.operations(), ports.access(), component, InstantSource.system(), System::nanoTime,
                () -> UUID.randomUUID().toString()));
        return services;
    }

    /** Only where there are call services can their discovery be delegated: a server asks before it delegates. */
    private void addCalls(CallServicesPort calls, List<Service> services) {
        ExternalServices external = new ExternalServices(calls, ports.callSettings(), ports.access(), settings.jid(), requests,
                System::nanoTime, InstantSource.system());
        services.add(external);
        services.add(new Delegation(settings.jid(), settings.domains(), external.features(), dispatch, events));
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.relaynodes;

import im.thingle.signaling.port.CallService;
import im.thingle.signaling.xml.Element;
import java.util.List;

/** The entries of a {@code <services/>} (XEP-0278 §5.2), in the order of its schema (§9). Immutable. */
final class ServiceEntries {
    private ServiceEntries() {}

    /**
     * @param component the relay's own JID
     * @param others what has a place there; nothing tells a client that an entry wants TLS, so those that do have none
     */
    static Element of(String component, List<CallService> others) {
        Element.Builder services = Element.of("services", RelayNodes.NAMESPACE)
                .child(entry("relay", component, null, "udp"));
        for (CallService.Kind kind : List.of(CallService.Kind.STUN, CallService.Kind.TURN)) {
            others.stream().filter(other -> other.kind() == kind).map(ServiceEntries::entry).forEach(services::child);
        }
        return services.build();
    }

    private static Element entry(CallService service) {
        return entry(service.kind().word(), service.host(), Integer.toString(service.port()), service.transport());
    }

    /** The other policy there is, {@code roster}, is for entities that have one (§4.2.1). */
    private static Element entry(String name, String address, String port, String protocol) {
        return Element.of(name, RelayNodes.NAMESPACE)
                .attribute("policy", "public")
                .attribute("address", address)
                .attribute("port", port)
                .attribute("protocol", protocol)
                .build();
    }
}

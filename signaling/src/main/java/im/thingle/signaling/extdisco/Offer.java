// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.xml.Element;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Services with the one credential that opens all of them which need one. Immutable.
 *
 * @param credential null if none of the services is restricted
 */
record Offer(List<CallService> services, CallCredential credential) {
    /** Offers services to an account, with a new credential if any of them needs it. */
    static Offer of(List<CallService> services, String account, CallServicesPort calls) {
        boolean restricted = services.stream().anyMatch(service -> service.kind().restricted());
        return new Offer(services, restricted ? calls.credential(account) : null);
    }

    /**
     * Writes the services into {@code container}. Every port and transport is spelled out, credentials always included,
     * because clients skip services without them.
     * COMPAT(Conversations, Dino, Monal; all): no transport, no "udp", or no credentials, and the service is not used.
     *
     * @param action what a push says has become of the services; null in an answer
     */
    Element into(Element.Builder container, Version version, String action) {
        String expires = credential == null ? null : credential.expires().truncatedTo(ChronoUnit.SECONDS).toString();
        for (CallService service : services) {
            Element.Builder written = Element.of("service", version.namespace());
            if (version != Version.ONE) {
                written.attribute("action", action);
            }
            written.attribute("type", service.kind().word())
                    .attribute("host", service.host())
                    .attribute("port", Integer.toString(service.port()))
                    .attribute("transport", service.transport());
            if (service.kind().restricted()) {
                written.attribute("username", credential.username()).attribute("password", credential.password());
                if (version != Version.ONE) {
                    // COMPAT(Dino; all): its parser of booleans knows no "1".
                    written.attribute("restricted", "true").attribute("expires", expires);
                }
            }
            container.child(written);
        }
        return container.build();
    }
}

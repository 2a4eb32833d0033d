// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.Settings;
import im.thingle.ops.config.TurnChoice;
import im.thingle.signaling.port.CallService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Under which URIs clients reach the STUN/TURN server (RFC 7064, RFC 7065). Those for DTLS are apart, because browsers
 * know none. Immutable.
 */
public record CallUris(List<String> stun, List<String> turn, List<String> dtls) {
    /** As configured; listeners on a free port have none, since only the running server knows it. */
    public static CallUris of(Settings settings) {
        var listen = settings.turn().listen();
        var services = AnnouncedServices.of(settings, listen);
        var dtls = AnnouncedServices.hosts(settings, listen)
                .flatMap(host -> AnnouncedServices.services(CallService.Kind.TURNS, host, listen.dtls(), "udp"));
        return new CallUris(
                services.stream().filter(each -> !each.kind().restricted()).map(CallService::uri).toList(),
                services.stream().filter(each -> each.kind().restricted()).map(CallService::uri).toList(),
                dtls.map(CallService::uri).toList());
    }

    /** Those that XMPP clients are told (XEP-0215): none if that is off, no TURN if nobody can make credentials. */
    public static List<String> told(Settings settings) {
        if (settings.turn().choice() == TurnChoice.OFF || !settings.externalServices().enabled()) {
            return List.of();
        }
        var credentials = settings.turn().credentials();
        var mint = credentials.isEmpty() || !credentials.secrets().isEmpty();
        return AnnouncedServices.of(settings, settings.turn().listen()).stream()
                .filter(each -> mint || !each.kind().restricted())
                .map(CallService::uri)
                .toList();
    }

    /** Everything. */
    public List<String> all() {
        return Stream.of(stun, turn, dtls).flatMap(List::stream).toList();
    }
}

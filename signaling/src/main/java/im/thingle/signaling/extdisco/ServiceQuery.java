// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import im.thingle.signaling.port.CallService;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * Which service somebody wants credentials for (XEP-0215 §3.3). Immutable.
 *
 * @param type null: every service that needs credentials; the first version names no more than the host
 * @param port 0: any
 * @param transport null: any
 */
record ServiceQuery(String host, String type, int port, String transport) {
    /** Services that one request may name. */
    static final int MOST = 16;

    private static final int MOST_PORT_DIGITS = 5;

    /**
     * Reads {@code <credentials/>}; empty if it has anything but services with the attributes they must have, or too
     * many. COMPAT(Psi, 2026): asks in one request for all whose credentials near their end.
     */
    static List<ServiceQuery> of(Element credentials, Version version) {
        List<Element> services = credentials.children();
        List<ServiceQuery> queries = new ArrayList<>();
        if (services.size() <= (version == Version.ONE ? 1 : MOST)) {
            for (Element service : services) {
                ServiceQuery query = service.is("service", version.namespace()) ? one(service, version) : null;
                if (query == null) {
                    return List.of();
                }
                queries.add(query);
            }
        }
        return queries;
    }

    /** Null if an attribute is missing or wrong. */
    private static ServiceQuery one(Element service, Version version) {
        String host = service.attribute("host");
        String type = service.attribute("type");
        String transport = service.attribute("transport");
        int port = port(service.attribute("port"));
        boolean typed = type == null ? version == Version.ONE : !type.isEmpty();
        boolean valid = host != null && !host.isEmpty() && typed && port >= 0;
        return valid ? new ServiceQuery(host, type, port, transport) : null;
    }

    boolean matches(CallService service) {
        return service.host().equalsIgnoreCase(host)
                && (type == null ? service.kind().restricted() : service.kind().word().equals(type))
                && (port == 0 || service.port() == port)
                && (transport == null || service.transport().equals(transport));
    }

    /** The number, 0 if there is none, or -1 if it is not the number of a port. */
    private static int port(String text) {
        if (text == null) {
            return 0;
        }
        boolean isNumber = !text.isEmpty() && text.length() <= MOST_PORT_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = isNumber ? Integer.parseInt(text) : -1;
        return port >= 1 && port <= 0xFFFF ? port : -1;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import im.thingle.ops.peer.Elements;
import java.util.List;
import org.w3c.dom.Element;

/** The attributes of one {@code <service/>} (XEP-0215) as they arrived; "" where there is none. Immutable. */
record OfferedService(
        String type, String host, String port, String transport, String username, String password, String expires) {
    /** In the order of the answer. */
    static List<OfferedService> in(Element answer) {
        return Elements.all(answer, "service").stream()
                .map(service -> new OfferedService(
                        service.getAttribute("type"),
                        service.getAttribute("host"),
                        service.getAttribute("port"),
                        service.getAttribute("transport"),
                        service.getAttribute("username"),
                        service.getAttribute("password"),
                        service.getAttribute("expires")))
                .toList();
    }

    boolean isTurn() {
        return type.equals("turn") || type.equals("turns");
    }

    boolean hasCredentials() {
        return !username.isEmpty() && !password.isEmpty();
    }
}

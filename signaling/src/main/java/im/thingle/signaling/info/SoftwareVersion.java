// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.info;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.xml.Element;

/** Tells name and version, not the operating system (XEP-0092). Confined to its event loop. */
public final class SoftwareVersion implements IqHandler {
    public static final String NAMESPACE = "jabber:iq:version";

    private final Element answer;

    public SoftwareVersion(String version) {
        answer = Element.of("query", NAMESPACE)
                .child(Element.of("name", NAMESPACE).text("Thingle"))
                .child(Element.of("version", NAMESPACE).text(version))
                .build();
    }

    @Override
    public void handle(Iq request, Reply reply) {
        reply.result(answer);
    }
}

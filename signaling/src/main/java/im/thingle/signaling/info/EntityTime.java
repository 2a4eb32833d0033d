// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.info;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.xml.Element;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/** Tells the time in UTC (XEP-0202). Confined to its event loop. */
public final class EntityTime implements IqHandler {
    public static final String NAMESPACE = "urn:xmpp:time";

    private final Supplier<Instant> clock;

    public EntityTime(Supplier<Instant> clock) {
        this.clock = clock;
    }

    @Override
    public void handle(Iq request, Reply reply) {
        reply.result(Element.of("time", NAMESPACE)
                .child(Element.of("tzo", NAMESPACE).text("+00:00"))
                .child(Element.of("utc", NAMESPACE).text(clock.get().truncatedTo(ChronoUnit.SECONDS).toString()))
                .build());
    }
}

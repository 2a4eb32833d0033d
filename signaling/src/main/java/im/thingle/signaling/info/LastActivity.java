// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.info;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.xml.Element;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Tells for how many seconds the component has been running (XEP-0012 §4). Confined to its event loop. */
public final class LastActivity implements IqHandler {
    public static final String NAMESPACE = "jabber:iq:last";

    private final LongSupplier nanoClock;
    private final long startNanos;

    /** The component counts as running from now on. */
    public LastActivity(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        startNanos = nanoClock.getAsLong();
    }

    @Override
    public void handle(Iq request, Reply reply) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanoClock.getAsLong() - startNanos);
        reply.result(Element.of("query", NAMESPACE).attribute("seconds", Long.toString(seconds)).build());
    }
}

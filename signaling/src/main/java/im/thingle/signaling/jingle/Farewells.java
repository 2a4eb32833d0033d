// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.jingle.transport.LegAddress;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The way to the clients, on which farewells outlast the link: a session that ends while there is none is ended for the
 * clients when it is back (XEP-0166 §6.7). Confined to its event loop.
 */
public final class Farewells implements Wire {
    /** Whoever does not hear one learns from the answer to its next action that there is no such session. */
    static final int MOST = 8_192;

    private final Wire wire;
    private final List<Runnable> kept = new ArrayList<>();
    private boolean linked = true;

    public Farewells(Wire wire) {
        this.wire = wire;
    }

    @Override
    public void ask(LegAddress leg, Element payload, Consumer<Iq> whenAnswered) {
        if (!linked && JingleAction.SESSION_TERMINATE.word().equals(payload.attribute("action"))) {
            whenLinked(() -> wire.ask(leg, payload, answer -> {}));
        } else {
            wire.ask(leg, payload, whenAnswered);
        }
    }

    /** Says something now, or when the link is back. */
    public void whenLinked(Runnable farewell) {
        if (linked) {
            farewell.run();
        } else if (kept.size() < MOST) {
            kept.add(farewell);
        }
    }

    public void onLinkLost() {
        linked = false;
    }

    public void onLinkUp() {
        linked = true;
        List<Runnable> said = List.copyOf(kept);
        kept.clear();
        said.forEach(Runnable::run);
    }
}

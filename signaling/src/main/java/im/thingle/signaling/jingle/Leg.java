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
 * One party's session with us (XEP-0166 §5): NEW until an offer is made, PENDING until it is accepted, ACTIVE, ENDED.
 * It knows which actions fit. Confined to its event loop.
 */
public final class Leg {
    /** Immutable. */
    public enum State {
        NEW,
        PENDING,
        ACTIVE,
        ENDED
    }

    /** No client has sent so much that it could not be answered. */
    private static final int MOST_UNANSWERED = 64;

    private final LegAddress address;
    private final Wire wire;
    private final List<Jingle> unanswered = new ArrayList<>();
    private State state = State.NEW;

    public Leg(LegAddress address, Wire wire) {
        this.address = address;
        this.wire = wire;
    }

    public LegAddress address() {
        return address;
    }

    public String ours() {
        return address.ours();
    }

    public String theirs() {
        return address.theirs();
    }

    public boolean initiates() {
        return address.initiates();
    }

    public State state() {
        return state;
    }

    public boolean isOpen() {
        return state == State.PENDING || state == State.ACTIVE;
    }

    public void move(State next) {
        state = next;
    }

    /** Whether the client may send this action now (XEP-0166 §7.2). */
    public boolean admits(JingleAction action) {
        return switch (action) {
            case SESSION_INITIATE -> false; // the session is there
            case SESSION_ACCEPT -> state == State.PENDING && initiates();
            default -> isOpen();
        };
    }

    /** Sends an action; {@code whenAnswered} gets the client's answer, or null if none came. */
    public void send(JingleAction action, List<Content> contents, List<Element> others,
            Consumer<Iq> whenAnswered) {
        String us = address.ours();
        Jingle jingle = new Jingle(action, address.sid(),
                action == JingleAction.SESSION_INITIATE ? us : null,
                action == JingleAction.SESSION_ACCEPT ? us : null,
                contents, others);
        unanswered.add(jingle);
        wire.ask(address, jingle.element(), answer -> {
            unanswered.removeIf(each -> each == jingle);
            whenAnswered.accept(answer);
        });
    }

    /** Whether the client has so much to answer that nothing more should be passed on to it. */
    boolean isBehind() {
        return unanswered.size() >= MOST_UNANSWERED;
    }

    /** Whether the client has not answered yet what was sent to it with this action. */
    boolean awaits(JingleAction action) {
        return unanswered.stream().anyMatch(each -> each.action() == action);
    }

    /**
     * Whether what the client sends collides with the same of ours, which comes first if we began (XEP-0166 §7.2.16).
     */
    boolean overrules(Jingle theirs) {
        return initiates() && unanswered.stream().anyMatch(ours -> ours.collidesWith(theirs));
    }

    /** Sends a set that is not Jingle. */
    public void ask(Element payload, Consumer<Iq> whenAnswered) {
        wire.ask(address, payload, whenAnswered);
    }
}

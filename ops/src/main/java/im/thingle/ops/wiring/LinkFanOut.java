// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.signaling.port.SignalingEvents;
import java.util.List;

/** Tells several listeners of the links, in order. Safe from any thread if they are. */
public record LinkFanOut(List<SignalingEvents> listeners) implements SignalingEvents {
    public LinkFanOut(SignalingEvents... listeners) {
        this(List.of(listeners));
    }

    @Override
    public void linkUp(String component, String server) {
        listeners.forEach(each -> each.linkUp(component, server));
    }

    @Override
    public void linkDown(String component, String server, String reason, String advice, long retryInMillis) {
        listeners.forEach(each -> each.linkDown(component, server, reason, advice, retryInMillis));
    }

    @Override
    public void delegated(String component, String server, List<String> namespaces) {
        listeners.forEach(each -> each.delegated(component, server, namespaces));
    }

    @Override
    public void answered(String what) {
        listeners.forEach(each -> each.answered(what));
    }

    @Override
    public void refused(String what, String condition, String from, String why) {
        listeners.forEach(each -> each.refused(what, condition, from, why));
    }

    @Override
    public void turnedAway(String what, String kind, String condition, String from, String to, String why) {
        listeners.forEach(each -> each.turnedAway(what, kind, condition, from, to, why));
    }

    @Override
    public void bug(String where, Throwable fault) {
        listeners.forEach(each -> each.bug(where, fault));
    }
}

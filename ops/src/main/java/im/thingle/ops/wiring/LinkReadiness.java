// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.admin.Readiness;
import im.thingle.signaling.port.SignalingEvents;
import java.util.Collection;
import java.util.List;

/** Keeps {@link Readiness} informed of every component's link. Safe from any thread. */
public final class LinkReadiness implements SignalingEvents {
    private final Readiness readiness;

    /** @param components domains of all configured components, none of them up yet */
    public LinkReadiness(Readiness readiness, Collection<String> components) {
        this.readiness = readiness;
        components.forEach(component -> readiness.lacks(name(component), "not connected yet"));
    }

    @Override
    public void linkUp(String component, String server) {
        readiness.has(name(component));
    }

    @Override
    public void linkDown(String component, String server, String reason, String advice, long retryInMillis) {
        readiness.lacks(name(component), reason);
    }

    @Override
    public void delegated(String component, String server, List<String> namespaces) {}

    @Override
    public void answered(String what) {}

    @Override
    public void refused(String what, String condition, String from, String why) {}

    @Override
    public void turnedAway(String what, String kind, String condition, String from, String to, String why) {}

    @Override
    public void bug(String where, Throwable fault) {}

    private static String name(String component) {
        return "link of " + component;
    }
}

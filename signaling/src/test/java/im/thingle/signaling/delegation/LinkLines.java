// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.delegation;

import im.thingle.signaling.port.SignalingEvents;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a log would say. */
final class LinkLines implements SignalingEvents {
    final List<String> all = new ArrayList<>();

    @Override
    public void linkUp(String component, String server) { }

    @Override
    public void linkDown(String component, String server, String reason, String advice, long retryInMillis) { }

    @Override
    public void delegated(String component, String server, List<String> namespaces) {
        all.add("delegated " + component + " " + server + " " + namespaces);
    }

    @Override
    public void answered(String what) {
        all.add("answered " + what);
    }

    @Override
    public void refused(String what, String condition, String from, String why) {
        all.add("refused " + what + " " + condition + " " + from + ": " + why);
    }

    @Override
    public void turnedAway(String what, String kind, String condition, String from, String to, String why) {
        all.add("turned away " + what + " " + kind + " " + condition + " " + from + " " + to);
    }

    @Override
    public void bug(String where, Throwable fault) {
        all.add("bug " + where + " " + fault.getMessage());
    }
}

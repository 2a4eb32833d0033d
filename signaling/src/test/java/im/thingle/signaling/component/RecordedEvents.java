// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.SignalingEvents;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Queues what happens on a link. */
final class RecordedEvents implements SignalingEvents {
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
        String event = queue.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("an event within ten seconds").isNotNull();
        return event;
    }

    @Override
    public void linkUp(String component, String server) {
        queue.add("up " + component + " " + server);
    }

    @Override
    public void linkDown(String component, String server, String reason, String advice, long retryInMillis) {
        assertThat(retryInMillis).isPositive();
        queue.add("down " + component + " " + server + ": " + reason + " (" + advice + ")");
    }

    @Override
    public void delegated(String component, String server, List<String> namespaces) {
        queue.add("delegated " + component + " " + server + " " + namespaces);
    }

    @Override
    public void answered(String what) {
        queue.add("answered " + what);
    }

    @Override
    public void refused(String what, String condition, String from, String why) {
        queue.add("refused " + what + " " + condition + " " + from);
    }

    @Override
    public void turnedAway(String what, String kind, String condition, String from, String to, String why) {
        queue.add("turned away " + what + " " + kind + " " + condition + " " + from + " " + to);
    }

    @Override
    public void bug(String where, Throwable fault) {
        queue.add("bug " + where + " " + fault.getMessage());
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Remembers what a parser found, and that nothing follows the end. */
public final class RecordingEvents implements StreamEvents {
    /** A stanza that was dropped; {@code start} may be null. */
    record Refused(Element start, String why) {}

    private final List<Object> all = new ArrayList<>();
    private boolean ended;

    @Override
    public void onStreamOpen(Element header) {
        add(List.of("open", header));
    }

    @Override
    public void onStanza(Element stanza) {
        add(stanza);
    }

    @Override
    public void onRefused(Element start, String why) {
        add(new Refused(start, why));
    }

    @Override
    public void onStreamClose() {
        add("close");
        ended = true;
    }

    @Override
    public void onMalformed(Malformed why) {
        add(why);
        ended = true;
    }

    public Element onlyStanza() {
        assertThat(all).hasSize(2);
        return (Element) all.get(1);
    }

    List<Object> all() {
        return all;
    }

    Object last() {
        return all.getLast();
    }

    /** The stream error that ended the stream, or null. */
    StreamCondition violation() {
        return !all.isEmpty() && last() instanceof Malformed malformed ? malformed.condition() : null;
    }

    /** Why the last stanza was dropped. */
    String refusal() {
        assertThat(last()).isInstanceOf(Refused.class);
        return ((Refused) last()).why();
    }

    private void add(Object event) {
        assertThat(ended).as("nothing after the end, but %s", event).isFalse();
        all.add(event);
    }
}

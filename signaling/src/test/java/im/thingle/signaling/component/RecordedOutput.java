// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;

/** Remembers what a router wants done. */
final class RecordedOutput implements IqOutput {
    final List<String> all = new ArrayList<>();

    @Override
    public void send(Element stanza) {
        all.add(Xml.text(stanza));
    }

    @Override
    public void answered(String what) {
        all.add("answered " + what);
    }

    @Override
    public void refused(String what, StanzaError condition, String from, String why) {
        all.add("refused " + what + " " + condition.elementName() + " " + from + " " + why);
    }

    @Override
    public void turnedAway(String what, Element stanza, StanzaError condition, String why) {
        all.add("turned away " + what + " " + stanza.name() + " " + condition.elementName() + " " + why);
    }

    @Override
    public void bug(String what, RuntimeException fault) {
        all.add("bug " + what + " " + fault.getMessage());
    }
}

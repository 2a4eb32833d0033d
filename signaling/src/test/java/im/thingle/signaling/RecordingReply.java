// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;

/** Remembers the one answer a handler gives. */
public final class RecordingReply implements Reply {
    private final Iq request;
    private Element answer;
    private StanzaError condition;

    public RecordingReply(Iq request) {
        this.request = request;
    }

    @Override
    public void result(Element payload) {
        assertThat(answer).as("first answer").isNull();
        answer = request.result(payload);
    }

    @Override
    public void error(StanzaError condition, Element specific, String why) {
        assertThat(answer).as("first answer").isNull();
        assertThat(why).isNotBlank();
        this.condition = condition;
        answer = request.error(condition, specific, why);
    }

    /** The whole answer as text, or null while there is none. */
    public String text() {
        return answer == null ? null : Xml.text(answer);
    }

    /** The condition of the error, or null. */
    public StanzaError condition() {
        return condition;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.info;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InfoTest {
    private long nowNanos = Long.MAX_VALUE - 5;

    @Test
    void answersPing() {
        assertThat(ask(new Ping(), "<ping xmlns='urn:xmpp:ping'/>"))
                .isEqualTo("<iq type='result' id='i' from='p.example' to='a@b/c'/>");
    }

    @Test
    void tellsItsVersionButNotTheOperatingSystem() {
        assertThat(ask(new SoftwareVersion("1.2"), "<query xmlns='jabber:iq:version'/>")).isEqualTo(
                "<iq type='result' id='i' from='p.example' to='a@b/c'>"
                        + "<query xmlns='jabber:iq:version'><name>Thingle</name><version>1.2</version></query></iq>");
    }

    @Test
    void tellsItsUptimeInSecondsAlsoWhenTheClockWrapsRound() {
        LastActivity last = new LastActivity(() -> nowNanos);
        nowNanos += TimeUnit.SECONDS.toNanos(123456) + 999_999_999;

        assertThat(ask(last, "<query xmlns='jabber:iq:last'/>")).isEqualTo(
                "<iq type='result' id='i' from='p.example' to='a@b/c'><query xmlns='jabber:iq:last'"
                        + " seconds='123456'/></iq>");
    }

    @Test
    void tellsTheTimeOfXep0202sExampleInUtc() {
        EntityTime time = new EntityTime(() -> Instant.parse("2006-12-19T17:58:35.750Z"));

        assertThat(ask(time, "<time xmlns='urn:xmpp:time'/>"))
                .isEqualTo("<iq type='result' id='i' from='p.example' to='a@b/c'>"
                        + "<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>2006-12-19T17:58:35Z</utc></time></iq>");
    }

    private static String ask(IqHandler handler, String payload) {
        Iq iq = Xml.iq("<iq type='get' id='i' from='a@b/c' to='p.example'>" + payload + "</iq>");
        RecordingReply reply = new RecordingReply(iq);
        handler.handle(iq, reply);
        return reply.text();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnRequestsTest {
    private static final Element PING = Element.of("ping", "urn:xmpp:ping").build();

    private final RecordedOutput out = new RecordedOutput();
    private final PendingIqs pending = new PendingIqs();
    private final IqRouter router = new IqRouter("proxy.example.org", pending, out);
    private final List<Runnable> later = new ArrayList<>();
    private final List<Iq> answers = new ArrayList<>();
    private boolean up = true;
    private long nowNanos = Long.MAX_VALUE - 5;
    private final OwnRequests requests =
            new OwnRequests("proxy.example.org", pending, out, () -> up, () -> nowNanos, later::add);

    @Test
    void sendsTheRequestAndBringsItsAnswer() {
        requests.ask(Iq.Type.SET, "romeo@example.org/x", PING, Duration.ofSeconds(10), answers::add);

        assertThat(out.all).containsExactly("<iq type='set' id='thingle-1' from='proxy.example.org' to='romeo@example.org/x'>"
                + "<ping xmlns='urn:xmpp:ping'/></iq>");

        Element answer = Xml.stanza("<iq type='error' id='thingle-1' from='romeo@example.org/x' to='proxy.example.org'><error/></iq>");
        router.onStanza(answer);

        assertThat(answers).containsExactly(Iq.of(answer));
    }

    @Test
    void asksInTheNameOfAnAccountAndTakesOnlyAnAnswerToIt() {
        requests.ask(Iq.Type.GET, "u@proxy.example.org/r", "a@b/c", PING, Duration.ofSeconds(10), answers::add);
        assertThat(out.all.getFirst()).startsWith("<iq type='get' id='thingle-1' from='u@proxy.example.org/r' to='a@b/c'>");

        router.onStanza(Xml.stanza("<iq type='result' id='thingle-1' from='a@b/c' to='proxy.example.org'/>"));
        assertThat(answers).isEmpty();
        router.onStanza(Xml.stanza("<iq type='result' id='thingle-1' from='a@b/c' to='u@proxy.example.org/r'/>"));

        assertThat(answers).hasSize(1);
    }

    @Test
    void sendsOtherStanzasAsTheyAre() {
        requests.send(Xml.stanza("<presence from='u@proxy.example.org' to='a@b'/>"));

        assertThat(out.all).containsExactly("<presence from='u@proxy.example.org' to='a@b'/>");
    }

    @Test
    void givesNothingAfterTheTimeoutAlsoWhenTheClockWrapsRound() {
        requests.ask(Iq.Type.GET, "romeo@example.org/x", PING, Duration.ofSeconds(10), answers::add);

        pending.onDeadline(nowNanos + Duration.ofSeconds(10).toNanos() - 1);
        assertThat(answers).isEmpty();
        pending.onDeadline(nowNanos + Duration.ofSeconds(10).toNanos());

        assertThat(answers).containsExactly((Iq) null);
    }

    @Test
    void givesNothingWhileTheLinkIsDownButOnlyAfterwards() {
        up = false;

        requests.ask(Iq.Type.GET, "romeo@example.org/x", PING, Duration.ofSeconds(10), answers::add);

        assertThat(out.all).isEmpty();
        assertThat(answers).isEmpty();
        later.forEach(Runnable::run);
        assertThat(answers).containsExactly((Iq) null);
        assertThat(pending.size()).isZero();
    }

    @Test
    void survivesAWaiterThatBreaks() {
        requests.ask(Iq.Type.GET, "romeo@example.org/x", PING, Duration.ofSeconds(10), answer -> {
            throw new IllegalArgumentException("oops");
        });

        pending.onLinkLost();

        assertThat(out.all.getLast()).isEqualTo("bug answer oops");
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
            new OwnRequests("proxy.example.org", pending, out, router, () -> up, () -> nowNanos, later::add);

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
    void tellsOfWhatItRefuses() {
        requests.refuse("gateway", Xml.stanza("<message id='m' from='a@b/c' to='u@proxy.example.org'><body>psst</body></message>"),
                StanzaError.FORBIDDEN, "No.");

        assertThat(out.all).hasSize(2);
        assertThat(out.all.getFirst()).startsWith("<message type='error' id='m' from='u@proxy.example.org' to='a@b/c'>");
        assertThat(out.all.getLast()).isEqualTo("turned away gateway message forbidden No.");
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

        assertThat(out.all.getLast()).isEqualTo("bug outcome oops");
    }

    /** What was half-made is undone, and a request that waits for the same answer gets one. */
    @Test
    void whatBreaksWithAnAnswerIsUndone() {
        List<String> undone = new ArrayList<>();
        router.onGet("ping", "urn:xmpp:ping", "ping", (iq, reply) -> router.within(
                () -> requests.ask(Iq.Type.GET, "romeo@example.org/x", PING, Duration.ofSeconds(10), answer -> {
                    throw new IllegalArgumentException("oops");
                }),
                () -> undone.add("undone")));
        router.onStanza(Xml.stanza("<iq type='get' id='1' from='a@b/c' to='proxy.example.org'><ping xmlns='urn:xmpp:ping'/></iq>"));
        assertThat(undone).isEmpty();

        pending.onLinkLost();

        assertThat(undone).containsExactly("undone");
        assertThat(out.all).anyMatch(each -> each.contains("id='1'") && each.contains("<internal-server-error"));
        assertThat(out.all.getLast()).isEqualTo("bug ping oops");
    }

    /** Later steps of the same thing are within it too, and what comes after it is not. */
    @Test
    void whatBreaksLaterIsUndoneToo() {
        List<String> undone = new ArrayList<>();
        router.within(() -> ask(first -> ask(second -> {
            throw new IllegalArgumentException("oops");
        })), () -> undone.add("one"));
        ask(other -> {
            throw new IllegalArgumentException("of nothing");
        });

        pending.onLinkLost();
        assertThat(undone).isEmpty();
        pending.onLinkLost();

        assertThat(undone).containsExactly("one");
    }

    private void ask(Consumer<Iq> whenAnswered) {
        requests.ask(Iq.Type.GET, "romeo@example.org/x", PING, Duration.ofSeconds(10), whenAnswered);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.signaling.Xml;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IqRouterTest {
    private static final String FROM_TO = " id='1' from='a@b/c' to='proxy.example.org'>";

    private final Recorder out = new Recorder();
    private final PendingIqs pending = new PendingIqs();
    private final List<Reply> kept = new ArrayList<>();
    private final IqRouter router = new IqRouter("proxy.example.org", pending, out)
            .onGet("query", "now", "now", (iq, reply) -> reply.result())
            .onGet("query", "later", "later", (iq, reply) -> kept.add(reply))
            .onGet("query", "bug", "bug", (iq, reply) -> {
                throw new IllegalArgumentException("oops");
            });

    @Test
    void bringsARequestToItsHandler() {
        receive("<iq type='get'" + FROM_TO + "<query xmlns='now'/></iq>");

        assertThat(out.all).containsExactly("<iq type='result' id='1' from='proxy.example.org' to='a@b/c'/>", "answered now");
    }

    @Test
    void letsAHandlerAnswerLaterButOnce() {
        receive("<iq type='get'" + FROM_TO + "<query xmlns='later'/></iq>");
        assertThat(out.all).isEmpty();

        kept.getFirst().error(StanzaError.CONFLICT, "no");

        assertThat(out.all).hasSize(2).last().isEqualTo("refused later conflict a@b/c no");
        assertThatThrownBy(() -> kept.getFirst().result()).isInstanceOf(IllegalStateException.class);
        assertThat(out.all).hasSize(2);
    }

    @Test
    void answersInternalServerErrorForAHandlerThatBreaks() {
        receive("<iq type='get'" + FROM_TO + "<query xmlns='bug'/></iq>");

        assertThat(out.all.getFirst()).contains("type='error'").contains("<error type='cancel'><internal-server-error ");
        assertThat(out.all.getLast()).isEqualTo("bug bug oops");
    }

    @Test
    void answersServiceUnavailableToUnknownPayloads() {
        receive("<iq type='get'" + FROM_TO + "<query xmlns='else'/></iq>");
        receive("<iq type='get'" + FROM_TO + "<other xmlns='now'/></iq>");

        assertThat(out.all.stream().filter(line -> line.contains("<service-unavailable "))).hasSize(2);
    }

    @Test
    void answersNotAllowedToTheWrongType() {
        receive("<iq type='set'" + FROM_TO + "<query xmlns='now'/></iq>");

        assertThat(out.all.getFirst()).contains("<error type='cancel'><not-allowed ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<iq type='get'" + FROM_TO + "</iq>", "<iq type='set'" + FROM_TO + "<a xmlns='now'/><b xmlns='now'/></iq>",
        "<iq type='put'" + FROM_TO + "<query xmlns='now'/></iq>", "<iq" + FROM_TO + "<query xmlns='now'/></iq>"})
    void answersBadRequestToMalformedIqs(String stanza) {
        receive(stanza);

        assertThat(out.all.getFirst()).contains("<error type='modify'><bad-request ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user@proxy.example.org", "proxy.example.org/resource", "USER@Proxy.Example.Org"})
    void answersServiceUnavailableForUsersItDoesNotHave(String to) {
        receive("<iq type='get' id='1' from='a@b/c' to='" + to + "'><query xmlns='now'/></iq>");

        assertThat(out.all.getFirst()).contains("from='" + to + "'").contains("<error type='cancel'><service-unavailable ");
    }

    @Test
    void answersAtItsOwnNameInAnySpelling() {
        receive("<iq type='get' id='1' from='a@b/c' to='Proxy.Example.Org'><query xmlns='now'/></iq>");

        assertThat(out.all.getLast()).isEqualTo("answered now");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<iq type='get' id='1' from='a@b/c' to='example.org'><query xmlns='now'/></iq>",
        "<iq type='get' id='1' from='a@b/c' to='@'><query xmlns='now'/></iq>",
        "<iq type='get' id='1' from='a@b/c'><query xmlns='now'/></iq>",
        "<iq type='get' id='1' to='proxy.example.org'><query xmlns='now'/></iq>",
        "<iq type='get' from='a@b/c' to='proxy.example.org'><query xmlns='now'/></iq>"})
    void ignoresAndCountsWhatIsNotForUsOrHasNobodyToAnswer(String stanza) {
        receive(stanza);

        assertThat(out.all).isEmpty();
        assertThat(router.ignored()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<iq type='result'" + FROM_TO + "</iq>", "<iq type='error'" + FROM_TO + "<error/></iq>",
        "<message" + FROM_TO + "<body>x</body></message>", "<presence" + FROM_TO + "</presence>",
        "<presence type='subscribe'" + FROM_TO + "</presence>"})
    void neverAnswersAnswersMessagesOrPresence(String stanza) {
        receive(stanza);

        assertThat(out.all).isEmpty();
    }

    @Test
    void answersPolicyViolationToARequestThatWasDropped() {
        router.onRefused(Xml.stanza("<iq type='get'" + FROM_TO + "</iq>"), "too deep");

        assertThat(out.all).hasSize(2).last().isEqualTo("refused stanza policy-violation a@b/c too deep");
        assertThat(out.all.getFirst()).startsWith("<iq type='error' id='1' from='proxy.example.org' to='a@b/c'>")
                .contains("<error type='modify'><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<message" + FROM_TO + "</message>", "<iq type='result'" + FROM_TO + "</iq>", "<iq type='error'" + FROM_TO + "</iq>",
        "<iq type='get' from='a@b/c' to='proxy.example.org'/>", "<iq type='get' id='1' from='a@b/c' to='example.org'/>"})
    void onlyReportsAnythingElseThatWasDropped(String start) {
        router.onRefused(Xml.stanza(start), "too deep");

        assertThat(out.all).containsExactly("refused stanza policy-violation a@b/c too deep");
    }

    @Test
    void reportsWhatWasDroppedWithoutItsStartTag() {
        router.onRefused(null, "too many attributes");

        assertThat(out.all).containsExactly("refused stanza policy-violation  too many attributes");
    }

    @Test
    void givesAnAnswerOnlyToTheOneWhoAsked() {
        String id = pending.expect("a@b/c", 0, () -> { });

        receive("<iq type='result' id='" + id + "' from='x@b/c' to='proxy.example.org'/>");
        assertThat(pending.size()).isEqualTo(1);
        receive("<iq type='result' id='" + id + "' from='a@b/c' to='proxy.example.org'/>");

        assertThat(pending.size()).isZero();
    }

    private void receive(String stanza) {
        router.onStanza(Xml.stanza(stanza));
    }

    private static final class Recorder implements IqOutput {
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
        public void bug(String what, RuntimeException fault) {
            all.add("bug " + what + " " + fault.getMessage());
        }
    }
}

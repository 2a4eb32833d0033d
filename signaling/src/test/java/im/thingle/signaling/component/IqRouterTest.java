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
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IqRouterTest {
    private static final String FROM_TO = " id='1' from='a@b/c' to='proxy.example.org'>";

    private final RecordedOutput out = new RecordedOutput();
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

        assertThat(out.all).containsExactly("<iq type='result' id='1' from='proxy.example.org' to='a@b/c'/>",
                "answered now");
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

        assertThat(out.all.getFirst()).contains("type='error'")
                .contains("<error type='cancel'><internal-server-error ");
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
    @ValueSource(strings = {"<iq type='get'" + FROM_TO + "</iq>",
        "<iq type='set'" + FROM_TO + "<a xmlns='now'/><b xmlns='now'/></iq>",
        "<iq type='put'" + FROM_TO + "<query xmlns='now'/></iq>", "<iq" + FROM_TO + "<query xmlns='now'/></iq>"})
    void answersBadRequestToMalformedIqs(String stanza) {
        receive(stanza);

        assertThat(out.all.getFirst()).contains("<error type='modify'><bad-request ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user@proxy.example.org", "proxy.example.org/resource", "USER@Proxy.Example.Org"})
    void answersServiceUnavailableForUsersItDoesNotHave(String to) {
        receive("<iq type='get' id='1' from='a@b/c' to='" + to + "'><query xmlns='now'/></iq>");

        assertThat(out.all.getFirst()).contains("from='" + to + "'")
                .contains("<error type='cancel'><service-unavailable ");
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
    @ValueSource(strings = {"<message" + FROM_TO + "</message>", "<iq type='result'" + FROM_TO + "</iq>",
        "<iq type='error'" + FROM_TO + "</iq>", "<iq type='get' from='a@b/c' to='proxy.example.org'/>",
        "<iq type='get' id='1' from='a@b/c' to='example.org'/>"})
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
    void bringsAMessageToWhoeverWaitsForItsPayload() {
        List<String> messages = new ArrayList<>();
        router.onMessage("delegation", "d", (from, payload) -> messages.add(from + " " + payload.name()));

        receive("<message" + FROM_TO + "<body>x</body><delegation xmlns='d'/></message>");
        receive("<message type='error'" + FROM_TO + "<delegation xmlns='d'/></message>");
        receive("<message from='a@b/c' to='example.org'><delegation xmlns='d'/></message>");
        receive("<message to='proxy.example.org'><delegation xmlns='d'/></message>");

        assertThat(messages).containsExactly("a@b/c delegation");
        assertThat(out.all).isEmpty();
    }

    @Test
    void survivesAMessageHandlerThatBreaks() {
        router.onMessage("delegation", "d", (from, payload) -> {
            throw new IllegalArgumentException("oops");
        });

        receive("<message" + FROM_TO + "<delegation xmlns='d'/></message>");

        assertThat(out.all).containsExactly("bug message oops");
    }

    @Test
    void dispatchesWhatCameInsideAnotherStanzaAndCountsIt() {
        List<String> sent = new ArrayList<>();

        router.dispatch(Xml.iq("<iq type='get' id='1' from='a@b/c' to='example.org'><query xmlns='now'/></iq>"),
                answer -> sent.add(Xml.text(answer)));
        router.dispatch(Xml.iq("<iq type='get' id='2' from='a@b/c' to='example.org'/>"),
                answer -> sent.add(Xml.text(answer)));

        assertThat(sent.getFirst()).isEqualTo("<iq type='result' id='1' from='example.org' to='a@b/c'/>");
        assertThat(sent.getLast()).contains("<bad-request ");
        assertThat(out.all).hasSize(2).startsWith("answered now").last().asString()
                .startsWith("refused malformed bad-request a@b/c ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<iq type='get' id='1' from='a@b/c' to='u@proxy.example.org'><query xmlns='now'/></iq>",
        "<iq type='set' id='1' from='a@b/c' to='U@Proxy.example.org/r'><query xmlns='x'/></iq>"})
    void bringsRequestsForAccountsToWhoeverAnswersForThem(String stanza) {
        List<Element> taken = new ArrayList<>();
        router.onAccounts("gateway", (each, reply) -> {
            reply.result();
            return taken.add(each);
        });

        receive(stanza);

        assertThat(taken).containsExactly(Xml.stanza(stanza));
        assertThat(out.all).hasSize(2).last().isEqualTo("answered gateway");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<message from='a@b/c' to='u@proxy.example.org'><delegation xmlns='d'/></message>",
        "<presence type='subscribe' from='a@b/c' to='u@proxy.example.org'/>",
        "<iq type='result' id='1' from='a@b/c' to='u@proxy.example.org/r'/>",
        "<iq type='error' id='1' from='a@b/c' to='u@proxy.example.org/r'><error/></iq>"})
    void bringsEverythingElseForAccountsThereTooAndNeverAnswersIt(String stanza) {
        List<Element> taken = new ArrayList<>();
        router.onAccounts("gateway", (each, reply) -> {
            assertThat(reply).isNull();
            return taken.add(each);
        });

        receive(stanza);

        assertThat(taken).containsExactly(Xml.stanza(stanza));
        assertThat(out.all).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<presence from='a@b/c' to='proxy.example.org'/>",
        "<presence from='a@b/c' to='proxy.example.org/r'/>", "<presence from='a@b/c' to='u@example.org'/>",
        "<presence to='u@proxy.example.org'/>", "<iq type='get' id='1' from='a@b/c' to='u@proxy.example.org'/>",
        "<iq type='get' id='1' from='a@b/c' to='proxy.example.org/r'><query xmlns='now'/></iq>"})
    void bringsNothingElseThere(String stanza) {
        router.onAccounts("gateway", (each, reply) -> {
            throw new AssertionError(each);
        });

        receive(stanza);

        assertThat(out.all).noneMatch(line -> line.contains("gateway"));
    }

    @Test
    void answersAsIfNobodyWereThereWhenAStanzaForAnAccountIsLeftAlone() {
        router.onAccounts("gateway", (each, reply) -> false);

        receive("<iq type='get' id='1' from='a@b/c' to='u@proxy.example.org'><query xmlns='now'/></iq>");

        assertThat(out.all).hasSize(2).first().asString().contains("<error type='cancel'><service-unavailable ");
    }

    @Test
    void asksWhoeverAnswersForAccountsInTurn() {
        router.onAccounts("echo", (each, reply) -> {
            boolean mine = each.attribute("to").startsWith("echo@");
            if (mine) {
                reply.result();
            }
            return mine;
        });
        router.onAccounts("gateway", (each, reply) -> {
            reply.result();
            return true;
        });

        receive("<iq type='get' id='1' from='a@b/c' to='u@proxy.example.org'><query xmlns='now'/></iq>");
        receive("<iq type='get' id='2' from='a@b/c' to='echo@proxy.example.org'><query xmlns='now'/></iq>");

        assertThat(out.all).filteredOn(line -> line.startsWith("answered"))
                .containsExactly("answered gateway", "answered echo");
    }

    @Test
    void survivesABreakInWhoeverAnswersForAccounts() {
        router.onAccounts("gateway", (each, reply) -> {
            throw new IllegalArgumentException("oops");
        });

        receive("<iq type='get' id='1' from='a@b/c' to='u@proxy.example.org'><query xmlns='now'/></iq>");
        receive("<presence from='a@b/c' to='u@proxy.example.org'/>");

        assertThat(out.all.getFirst()).contains("<internal-server-error ");
        assertThat(out.all).filteredOn(line -> line.equals("bug gateway oops")).hasSize(2);
    }

    /** What a port tells comes when the handler has long returned. */
    @Test
    void answersARequestWhoseOutcomeBreaksTheHandler() {
        List<Runnable> outcomes = new ArrayList<>();
        router.onSet("do", "later", "doing", (iq, reply) -> {
            Consumer<String> first = router.guarded(one -> {
                Consumer<String> second = router.guarded(two -> {
                    throw new IllegalStateException(one + " and " + two);
                });
                outcomes.add(() -> second.accept("oops"));
            });
            outcomes.add(() -> first.accept("oh"));
        });
        receive("<iq type='set' id='7' from='a@b/c' to='proxy.example.org'><do xmlns='later'/></iq>");
        assertThat(out.all).isEmpty();

        outcomes.removeFirst().run();
        outcomes.removeFirst().run();

        assertThat(out.all).hasSize(3);
        assertThat(out.all.getFirst()).contains("type='error' id='7'").contains("<internal-server-error ");
        assertThat(out.all.getLast()).isEqualTo("bug doing oh and oops");
    }

    @Test
    void reportsAnOutcomeThatBreaksAfterTheAnswerAndGivesNoSecondOne() {
        List<Consumer<Integer>> outcomes = new ArrayList<>();
        router.onSet("do", "later", "doing", (iq, reply) -> outcomes.add(router.guarded(number -> {
            reply.result();
            throw new IllegalStateException("afterwards");
        })));
        receive("<iq type='set' id='7' from='a@b/c' to='proxy.example.org'><do xmlns='later'/></iq>");

        outcomes.getFirst().accept(1);
        router.run(() -> {
            throw new IllegalStateException("of no request");
        });

        assertThat(out.all).hasSize(4).first().asString().contains("type='result' id='7'");
        assertThat(out.all.subList(1, 4)).containsExactly("answered doing", "bug doing afterwards",
                "bug outcome of no request");
    }

    @Test
    void keepsAnswersToOurOwnRequestsFromWhoeverAnswersForAccounts() {
        List<Element> taken = new ArrayList<>();
        router.onAccounts("gateway", (each, reply) -> taken.add(each));
        String id = pending.expect("u@proxy.example.org/r", "a@b/c", 0, answer -> { });

        receive("<iq type='result' id='" + id + "' from='a@b/c' to='u@proxy.example.org/r'/>");

        assertThat(taken).isEmpty();
        assertThat(pending.size()).isZero();
    }

    @Test
    void takesOneHandlerForEachPayload() {
        assertThatThrownBy(() -> router.onGet("query", "now", "again", (iq, reply) -> reply.result()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void givesAnAnswerOnlyToTheOneWhoAsked() {
        String id = pending.expect("proxy.example.org", "a@b/c", 0, answer -> { });

        receive("<iq type='result' id='" + id + "' from='x@b/c' to='proxy.example.org'/>");
        assertThat(pending.size()).isEqualTo(1);
        receive("<iq type='result' id='" + id + "' from='a@b/c' to='proxy.example.org'/>");

        assertThat(pending.size()).isZero();
    }

    private void receive(String stanza) {
        router.onStanza(Xml.stanza(stanza));
    }
}

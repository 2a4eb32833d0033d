// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import static im.thingle.signaling.extdisco.ServicesFixture.ONE;
import static im.thingle.signaling.extdisco.ServicesFixture.PROXY;
import static im.thingle.signaling.extdisco.ServicesFixture.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordedRequests;
import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesSettings;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class ExternalServicesPropertiesTest {
    private static final Set<StanzaError> REFUSALS = Set.of(StanzaError.BAD_REQUEST, StanzaError.ITEM_NOT_FOUND);

    /** Whatever is asked, one answer comes, and every service in it is one that every client can use. */
    @Property(tries = 1000)
    void everyAnswerIsOneThatEveryClientCanUse(@ForAll("services") List<CallService> services,
            @ForAll("questions") String question) {
        ServicesFixture fixture = new ServicesFixture(new CallServicesSettings(0, true));
        fixture.services = services;

        RecordingReply reply = fixture.ask("romeo@montague.lit/x", question);

        if (reply.condition() != null) {
            assertThat(reply.condition()).isIn(REFUSALS);
            return;
        }
        Element answer = Xml.stanza(reply.text()).children().getFirst();
        List<Element> told = answer.children();
        assertThat(answer.namespace()).isIn(ONE, TWO);
        assertThat(told).allSatisfy(service -> assertUsable(service, answer.namespace(), fixture.now()));
        assertThat(told.stream().map(service -> service.attribute("username")).filter(Objects::nonNull).distinct())
                .hasSizeLessThanOrEqualTo(1);
    }

    /** COMPAT rules that all clients together need: see Offer. */
    private static void assertUsable(Element service, String namespace, Instant now) {
        boolean restricted = service.attribute("type").startsWith("turn");
        assertThat(service.attribute("host")).isNotEmpty();
        assertThat(Integer.parseInt(service.attribute("port"))).isBetween(1, 65535);
        assertThat(service.attribute("transport")).isIn("udp", "tcp");
        assertThat(service.attribute("action")).isNull();
        assertThat(service.attribute("username") != null && service.attribute("password") != null)
                .isEqualTo(restricted);
        assertThat(service.attribute("restricted")).isEqualTo(restricted && namespace.equals(TWO) ? "true" : null);
        if (restricted && namespace.equals(TWO)) {
            assertThat(Instant.parse(service.attribute("expires"))).isAfter(now.plus(Duration.ofHours(12)));
        } else {
            assertThat(service.attribute("expires")).isNull();
        }
    }

    /** Whoever answers is always told in time, nobody has two pushes at once, and who is gone is left alone. */
    @Property(tries = 300)
    void nobodysCredentialsExpireWhileHeAnswers(@ForAll @Size(max = 120) List<@From("steps") Step> steps) {
        ServicesFixture fixture = new ServicesFixture(new CallServicesSettings(0, true));
        Map<String, Instant> expiries = new HashMap<>();
        boolean up = true;
        for (Step step : steps) {
            String jid = "user" + step.user() + "@montague.lit/x";
            switch (step.what()) {
                case ASK -> {
                    fixture.services(jid);
                    expiries.put(jid, fixture.now().plus(ServicesFixture.LIFETIME));
                }
                case ASK_SERVER -> fixture.ask(jid, "montague.lit", "<services xmlns='" + TWO + "'/>");
                case LINK -> {
                    up = !up;
                    if (up) {
                        fixture.machine.onLinkUp();
                    } else {
                        fixture.machine.onLinkDown();
                    }
                }
                case PASS -> fixture.pass(Duration.ofMinutes(5));
                default -> fixture.pass(Duration.ofHours(1 + step.user()));
            }
            assertThat(up || fixture.requests.asked.isEmpty()).as("nothing is sent while the link is down").isTrue();
            assertThat(fixture.requests.asked).extracting(RecordedRequests.Asked::to)
                    .doesNotHaveDuplicates().isSubsetOf(expiries.keySet());
            answer(fixture, expiries);
            assertThat(fixture.machine.subscribers()).isEqualTo(expiries.size());
        }
        Instant end = fixture.now();
        fixture.machine.onLinkUp();
        for (int i = 0; i < 24 * 12; i++) {
            fixture.pass(Duration.ofMinutes(5));
            answer(fixture, expiries);
            assertThat(expiries.values()).allMatch(expires -> expires.isAfter(fixture.now()) || expires.isBefore(end));
        }
        assertThat(expiries.values()).allMatch(expires -> expires.isAfter(fixture.now()));
    }

    /** The last user's client always answers with an error; the others take what they are told. */
    private static void answer(ServicesFixture fixture, Map<String, Instant> expiries) {
        while (!fixture.requests.asked.isEmpty()) {
            RecordedRequests.Asked push = fixture.requests.take();
            if (push.to().startsWith("user3")) {
                expiries.remove(push.to());
                push.answerError();
            } else {
                expiries.put(push.to(), Instant.parse(push.payload().children().getFirst().attribute("expires")));
                push.answerResult();
            }
        }
    }

    enum What { ASK, ASK_SERVER, LINK, PASS, PASS_LONG }

    record Step(What what, int user) {}

    @Provide
    Arbitrary<Step> steps() {
        return Combinators.combine(Arbitraries.of(What.class), Arbitraries.integers().between(0, 3)).as(Step::new);
    }

    @Provide
    Arbitrary<List<CallService>> services() {
        return Combinators.combine(Arbitraries.of(CallService.Kind.class),
                        Arbitraries.of("turn.montague.lit", "203.0.113.7", "2001:db8::7"),
                        Arbitraries.of(443, 3478, 5349), Arbitraries.of("udp", "tcp"))
                .as(CallService::new).list().uniqueElements().ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> questions() {
        Arbitrary<String> type = attribute("type", "stun", "stuns", "turn", "turns", "ftp", "", "TURN");
        Arbitrary<String> host = attribute("host", "turn.montague.lit", "203.0.113.7", "2001:DB8::7", "", PROXY);
        Arbitrary<String> port = attribute("port", "443", "3478", "5349", "0", "65536", "-1", "\u0663478", " ",
                "999999999999999999");
        Arbitrary<String> transport = attribute("transport", "udp", "tcp", "sctp", "");
        Arbitrary<String> service = Combinators.combine(type, host, port, transport)
                .as((a, b, c, d) -> "<service" + a + b + c + d + "/>");
        Arbitrary<String> inside = service.list().ofMaxSize(2).map(many -> String.join("", many));
        Arbitrary<String> namespace = Arbitraries.of(ONE, TWO);
        return Arbitraries.oneOf(
                Combinators.combine(namespace, type)
                        .as((uri, filter) -> "<services xmlns='" + uri + "'" + filter + "/>"),
                Combinators.combine(namespace, inside)
                        .as((uri, what) -> "<credentials xmlns='" + uri + "'>" + what + "</credentials>"),
                Combinators.combine(namespace, service)
                        .as((uri, what) -> "<credentials xmlns='" + uri + "'>" + what + "</credentials>"));
    }

    /** The attribute with one of the values, or nothing at all. */
    private static Arbitrary<String> attribute(String name, String... values) {
        return Arbitraries.of(values).map(value -> " " + name + "='" + value + "'").injectNull(0.3)
                .map(text -> text == null ? "" : text);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.file;
import static im.thingle.signaling.jingle.Brokered.inBand;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static im.thingle.signaling.jingle.Brokered.socks5;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jxmpp.jid.Jid;

/**
 * Any action about any content, in files and calls at once and from both sides at once: each request has one answer,
 * and when both have said good-bye nothing is left, though nobody ends anything by force.
 */
class ActionsPropertiesTest {
    private static final int TRIES = 3000;
    private static final String SID = "a73sjjvkla37jfea";
    private static final String TERMINATE = jingle("session-terminate", "<reason><success/></reason>");
    private static final Jid ROMEO = Jids.parse(Brokered.ROMEO).orElseThrow();
    private static final Jid JULIET = Jids.parse(Brokered.JULIET).orElseThrow();
    private static final Map<String, Integer> REACHED = new TreeMap<>();

    private static final List<String> TRANSPORTS = List.of(
            socks5("%s", ""), inBand("%s", 4096), ice("a"), ice("b"),
            "<transport xmlns='urn:xmpp:jingle:transports:raw-udp:1'/>", "");
    private static final List<String> DESCRIPTIONS = List.of(
            "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>",
            "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'><rtcp-mux/></description>", "");
    private static final List<String> NAMES = List.of(
            "creator='initiator' name='ex'", "creator='initiator' name='two'", "creator='responder' name='two'");

    @AfterContainer
    static void allStatesWereReached() {
        assertThat(REACHED).containsKeys("active", "content-accept", "content-reject", "content-remove",
                "transport-accept", "transport-reject", "tie-break", "out-of-order", "started call", "started file");
        assertThat(REACHED).allSatisfy((what, times) -> assertThat(times).as(what).isGreaterThan(TRIES / 100));
    }

    @Property(tries = TRIES)
    void everyActionIsAnsweredAndNothingIsLeft(@ForAll @Size(max = 80) List<@IntRange(max = 99_999) Integer> choices) {
        new World().live(choices);
    }

    /** One try. */
    private static final class World {
        private final CallPropertiesTest.Relay relay = new CallPropertiesTest.Relay();
        private final Brokered brokered = new Brokered(new GatewayLimits(0, 0, Duration.ofMinutes(10)),
                Optional.of(relay));
        private final List<RecordingReply> replies = new ArrayList<>();
        private final SensibleClient[] clients = {
            new SensibleClient(brokered, true, REACHED), new SensibleClient(brokered, false, REACHED)};

        void live(List<Integer> choices) {
            for (int choice : choices) {
                step(choice % 10, choice / 10);
            }
            brokered.draining = false;
            brokered.sessions.onLinkUp();
            for (int round = 0; round < 2; round++) {
                for (String sid : List.of(SID, "another")) {
                    brokered.romeo(TERMINATE.replace(SID, sid));
                    brokered.juliet(TERMINATE.replace(SID, sid));
                }
                while (!relay.waiting.isEmpty()) {
                    relay.answer(false);
                }
                brokered.ackAll();
                brokered.advance(70);
            }

            replies.stream().filter(Objects::nonNull).forEach(reply -> {
                assertThat(reply.text()).isNotNull();
                count(reply.text().contains("<tie-break") ? "tie-break" : reply.text().contains("<out-of-order")
                        ? "out-of-order" : "fine");
            });
            assertThat(brokered.sessions.size()).isZero();
            assertThat(brokered.sessions.inBandStreams()).isZero();
            assertThat(brokered.streams.expected).isEmpty();
            assertThat(brokered.streams.meters).isZero();
            assertThat(relay.legs).allSatisfy(leg -> assertThat(leg.ended).isTrue());
            assertThat(brokered.events.stream().filter(event -> event.startsWith("ended")).count())
                    .isEqualTo(brokered.events.stream().filter(event -> event.startsWith("started")).count());
        }

        private void step(int what, int which) {
            switch (what) {
                case 0, 1, 2 -> answer(0);
                case 3 -> replies.add(clients[which % 2].next(which / 2));
                case 4 -> begin(which);
                case 5 -> answer(which % 20);
                case 6 -> happen(which);
                case 7 -> {
                    String both = any(which); // at the same time
                    replies.add(brokered.romeo(both));
                    replies.add(brokered.juliet(both));
                }
                default -> {
                    String payload = any(which / 2);
                    replies.add(which % 2 == 0 ? brokered.romeo(payload) : brokered.juliet(payload));
                }
            }
        }

        /** An offer of either, of a file or a call, under either id. */
        private void begin(int which) {
            boolean call = which % 2 == 0;
            count("started " + (call ? "call" : "file"));
            String offer = jingle("session-initiate",
                    call ? content(NAMES.getFirst(), DESCRIPTIONS.get(1), ice(which % 3 == 0 ? "a" : "b"))
                            : file(socks5("s", "")));
            String named = which % 5 == 0 ? offer.replace(SID, "another") : offer;
            replies.add(which % 3 == 0 ? brokered.romeo(named) : brokered.juliet(named));
        }

        private String any(int which) {
            JingleAction action = JingleAction.values()[which % JingleAction.values().length];
            int rest = which / JingleAction.values().length;
            String name = NAMES.get(rest % NAMES.size());
            String transport = TRANSPORTS.get(rest / 3 % TRANSPORTS.size()).replace("%s", clients[rest % 2].sid);
            String text = jingle(action.word(),
                    content(name, DESCRIPTIONS.get(rest / 18 % DESCRIPTIONS.size()), transport)
                    + (rest % 7 == 0 ? "<reason><cancel/></reason>" : ""));
            return rest % 11 == 0 ? text.replace(SID, "another") : text;
        }

        private void answer(int how) {
            if (brokered.asked.isEmpty()) {
                return;
            }
            Asked asked = brokered.next();
            if (asked.action() != null) {
                count(asked.action());
            }
            switch (how) {
                case 1 -> asked.refuse(StanzaError.CONFLICT, Element.of("tie-break", JingleError.NAMESPACE).build());
                case 2 -> asked.refuse(StanzaError.ITEM_NOT_FOUND,
                        Element.of("unknown-session", JingleError.NAMESPACE).build());
                case 3 -> asked.refuse(StanzaError.RESOURCE_CONSTRAINT, null);
                case 4 -> asked.whenAnswered().accept(null);
                default -> {
                    clients[asked.theirs().equals(Brokered.ROMEO) ? 0 : 1].onAsked(asked);
                    asked.ack();
                    if (how % 2 == 0 && "content-add".equals(asked.action())) {
                        acceptContent(asked);
                    }
                }
            }
        }

        private void acceptContent(Asked added) {
            String accept = added.text().replace("content-add", "content-accept");
            replies.add(added.theirs().equals(Brokered.ROMEO) ? brokered.romeo(accept) : brokered.juliet(accept));
        }

        private void happen(int which) {
            switch (which % 30) {
                case 0, 1, 2, 3, 4, 5, 6, 7 -> relay.answer(which % 7 == 0);
                case 8, 9 -> relay.legs.stream().filter(leg -> !leg.ended).findFirst()
                        .ifPresent(leg -> leg.end("consent-lost"));
                case 10 -> {
                    brokered.sessions.onLinkLost();
                    brokered.sessions.onLinkUp();
                }
                case 11 -> brokered.sessions.onUnavailable(JULIET, ROMEO);
                case 12 -> brokered.sessions.onAvailable(JULIET, ROMEO);
                case 13 -> brokered.sessions.part(ROMEO, JULIET);
                case 14 -> brokered.draining = !brokered.draining;
                case 15 -> brokered.advance(601);
                default -> brokered.advance(2);
            }
        }
    }

    private static String content(String name, String description, String transport) {
        return "<content " + name + ">" + description + transport + "</content>";
    }

    private static String ice(String fragment) {
        return "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='" + fragment + "' pwd='" + fragment
                + "-password'/>";
    }

    private static void count(String what) {
        REACHED.merge(what, 1, Integer::sum);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.jingle;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.port.MediaCall;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaEnd;
import im.thingle.signaling.port.MediaListener;
import im.thingle.signaling.port.MediaParty;
import im.thingle.signaling.port.MediaPort;
import im.thingle.signaling.port.StreamParties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/** As {@link JinglePropertiesTest}, for calls: whatever happens in whatever order, no leg of ICE is left. */
class CallPropertiesTest {
    private static final int TRIES = 2000;
    private static final String RTP = "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>";
    private static final String RTP_MUX = RTP.replace("/>", "><rtcp-mux/></description>");
    private static final String ONE = "<candidate component='1' foundation='1' generation='0' id='a' ip='192.0.2.1'"
            + " network='0' port='9' priority='1' protocol='udp' type='host'/>";
    private static final String TWO = ONE + ONE.replace("component='1'", "component='2'");
    private static final String GROUP = "<group xmlns='urn:xmpp:jingle:apps:grouping:0' semantics='BUNDLE'>"
            + "<content name='ex'/><content name='two'/></group>";
    private static final String FINGERPRINT =
            "<fingerprint xmlns='urn:xmpp:jingle:apps:dtls:0' hash='sha-256' setup='actpass'>02:1A</fingerprint>";
    private static final String TERMINATE = jingle("session-terminate", "<reason><success/></reason>");
    private static final Map<String, Integer> REACHED = new TreeMap<>();

    /** Likelier than the rest: how a call comes about. */
    private static final List<String> SENSIBLE = List.of(
            jingle("session-initiate", content("initiator", "ex", RTP_MUX, ice("a", TWO + FINGERPRINT))
                    + content("initiator", "two", RTP_MUX, ice("a", FINGERPRINT)) + GROUP),
            jingle("session-accept", content("initiator", "ex", RTP_MUX, ice("b", FINGERPRINT))
                    + content("initiator", "two", RTP_MUX, ice("b", FINGERPRINT)) + GROUP),
            jingle("transport-info", content("initiator", "ex", "", ice("a", ONE))),
            jingle("transport-info", content("initiator", "ex", "", ice("b", ONE))));

    private static final List<String> PAYLOADS = List.of(
            jingle("session-initiate", content("initiator", "ex", RTP, ice("a", ""))),
            jingle("session-initiate", content("initiator", "ex", RTP_MUX, ice("a", ""))
                    + content("initiator", "two", RTP_MUX, ice("z", ""))),
            jingle("session-initiate",
                    content("initiator", "ex", RTP, "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1'/>")),
            jingle("session-accept", content("initiator", "ex", RTP, ice("b", TWO))
                    + content("initiator", "two", RTP, ice("c", TWO))),
            jingle("session-accept", content("initiator", "ex", RTP, "")),
            jingle("session-accept",
                    content("initiator", "ex", RTP, "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='x'/>")),
            jingle("transport-info", content("initiator", "ex", "", ice("new", FINGERPRINT))),
            jingle("transport-info", content("initiator", "two", "", ice("newer", ONE + FINGERPRINT))),
            jingle("transport-info", content("initiator", "ex", "", ice("b", "<x xmlns='urn:example:x'/>"))),
            jingle("transport-info", content("initiator", "ex", "", "<transport xmlns='x'/>")),
            jingle("transport-info", content("initiator", "ex", "", "")),
            jingle("transport-replace", content("initiator", "ex", "", ice("r", ""))),
            jingle("transport-accept", content("initiator", "ex", "", ice("r", ""))),
            jingle("content-add", content("responder", "more", RTP, ice("b", ""))),
            jingle("content-add", content("responder", "other", RTP, ice("other", ""))),
            jingle("content-accept", content("responder", "more", RTP, ice("a", ""))),
            jingle("content-accept", content("responder", "other", RTP, ice("q", ""))),
            jingle("content-remove", "<content creator='initiator' name='ex'/>"),
            jingle("content-remove", "<content creator='initiator' name='two'/>"),
            jingle("session-info", "<ringing xmlns='urn:xmpp:jingle:apps:rtp:info:1'/>"),
            TERMINATE);

    /** Legs without sockets; a leg that is opened is to be ended once, and told of its end once. */
    static final class Relay implements MediaPort {
        final List<Leg> legs = new ArrayList<>();
        final List<Consumer<Optional<MediaCall>>> waiting = new ArrayList<>();
        private final List<MediaListener> listeners = new ArrayList<>();

        @Override
        public void open(
                StreamParties parties, int components, MediaListener listener, Consumer<Optional<MediaCall>> whenDone) {
            waiting.add(whenDone);
            listeners.add(listener);
        }

        void answer(boolean refuse) {
            if (!waiting.isEmpty()) {
                Leg leg = new Leg(listeners.removeFirst());
                if (!refuse) {
                    legs.add(leg);
                }
                waiting.removeFirst().accept(refuse ? Optional.empty() : Optional.of(leg));
            }
        }
    }

    static final class Leg implements MediaCall {
        private final MediaListener listener;
        boolean ended;
        private boolean started;

        Leg(MediaListener listener) {
            this.listener = listener;
        }

        @Override
        public MediaDescription ours(MediaParty party) {
            return FakeMedia.description("ours", 2);
        }

        @Override
        public void theirs(MediaParty party, MediaDescription theirs) {
            assertThat(theirs.fragment()).isNotEmpty();
        }

        @Override
        public void reduce(int components) {
            assertThat(started).isFalse();
        }

        @Override
        public void start(MediaParty party) {
            started = true;
            REACHED.merge("started", 1, Integer::sum);
        }

        @Override
        public void end() {
            end("ended");
        }

        @Override
        public void bundled() {
            end("bundled");
        }

        void end(String reason) {
            if (!ended) {
                ended = true;
                listener.ended(new MediaEnd(3, reason));
            }
        }
    }

    @AfterContainer
    static void allStatesWereReached() {
        assertThat(REACHED).containsKeys("started", "restarted", "lost", "refused", "carries ice ice");
        assertThat(REACHED).allSatisfy((what, times) -> assertThat(times).as(what).isGreaterThan(TRIES / 40));
    }

    @Property(tries = TRIES)
    void everythingIsAnsweredAndNoLegIsLeft(@ForAll @Size(max = 60) List<@IntRange(max = 9999) Integer> choices) {
        Relay relay = new Relay();
        Brokered brokered = new Brokered(new GatewayLimits(0, 0, Duration.ofMinutes(10)), Optional.of(relay));
        List<RecordingReply> replies = new ArrayList<>();
        replies.add(brokered.romeo(SENSIBLE.getFirst()));
        for (int choice : choices) {
            replies.add(step(brokered, relay, choice));
        }
        brokered.events.stream().filter(event -> event.startsWith("carries"))
                .forEach(event -> REACHED.merge(event, 1, Integer::sum));
        brokered.romeo(TERMINATE);
        brokered.juliet(TERMINATE);
        for (int round = 0; round < 3; round++) {
            brokered.sessions.onLinkUp();
            brokered.sessions.close();
            brokered.ackAll();
            while (!relay.waiting.isEmpty()) {
                relay.answer(false);
            }
            brokered.advance(70);
        }

        assertThat(replies).filteredOn(Objects::nonNull).allSatisfy(reply -> assertThat(reply.text()).isNotNull());
        assertThat(brokered.sessions.size()).isZero();
        assertThat(relay.legs).allSatisfy(leg -> assertThat(leg.ended).isTrue());
        assertThat(brokered.events.stream().filter(event -> event.startsWith("ended")).count())
                .isEqualTo(brokered.events.stream().filter(event -> event.startsWith("started")).count());
    }

    private static RecordingReply step(Brokered brokered, Relay relay, int choice) {
        int what = choice / 2 % 10;
        int which = choice / 20;
        boolean romeos = choice % 2 == 0;
        switch (what) {
            case 0, 1, 2 -> {
                brokered.ackAll();
                return null;
            }
            case 3 -> {
                relay.answer(which % 8 == 0);
                REACHED.merge(which % 8 == 0 ? "refused" : "opened", 1, Integer::sum);
                return null;
            }
            case 4, 5 -> {
                String payload = SENSIBLE.get(which % SENSIBLE.size());
                return payload.contains("ufrag='a'") ? brokered.romeo(payload) : brokered.juliet(payload);
            }
            case 6, 7 -> {
                String payload = PAYLOADS.get(which % PAYLOADS.size());
                return romeos ? brokered.romeo(payload) : brokered.juliet(payload);
            }
            case 8 -> relay.legs.stream().filter(leg -> !leg.ended).findFirst()
                    .ifPresent(leg -> happen(leg, which, romeos));
            default -> happen(brokered, which);
        }
        return null;
    }

    private static void happen(Leg leg, int which, boolean romeos) {
        switch (which % 4) {
            case 0, 1 -> leg.listener.connected();
            case 2 -> {
                REACHED.merge("restarted", 1, Integer::sum);
                leg.listener.restarted(romeos ? MediaParty.INITIATOR : MediaParty.RESPONDER,
                        FakeMedia.description("re", 1));
            }
            default -> {
                REACHED.merge("lost", 1, Integer::sum);
                leg.end("consent-lost");
            }
        }
    }

    private static void happen(Brokered brokered, int which) {
        switch (which % 6) {
            case 0, 1, 2, 3 -> brokered.goWrong(which % 6);
            default -> brokered.advance(5);
        }
    }

    private static String content(String creator, String name, String description, String transport) {
        return "<content creator='" + creator + "' name='" + name + "'>" + description + transport + "</content>";
    }

    private static String ice(String fragment, String children) {
        return "<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='" + fragment + "' pwd='" + fragment
                + "-password'>"
                + children + "</transport>";
    }
}

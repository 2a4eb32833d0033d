// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.content;
import static im.thingle.signaling.jingle.Brokered.file;
import static im.thingle.signaling.jingle.Brokered.inBand;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static im.thingle.signaling.jingle.Brokered.socks5;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.port.StreamEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Whatever two clients send in whatever order, each request has one answer, nothing breaks and nothing is left in the
 * end.
 */
class JinglePropertiesTest {
    private static final int TRIES = 3000;
    private static final String TERMINATE = jingle("session-terminate", "<reason><success/></reason>");

    /** What a client may send, sensible or not. {@code %s} is the transport sid that it was told, or one of its own. */
    private static final List<String> PAYLOADS = List.of(
            jingle("session-initiate", file(socks5("s", ""))),
            jingle("session-initiate", file(inBand("s", 4096))),
            jingle("session-initiate", file("<transport xmlns='urn:xmpp:jingle:transports:raw-udp:1'/>")),
            jingle("session-initiate", ""),
            jingle("session-accept", file(socks5("%s", ""))),
            jingle("session-accept", file(inBand("%s", 100))),
            jingle("session-accept", content("")),
            jingle("session-info", ""),
            jingle("session-info", "<received xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>"),
            jingle("security-info", "<x xmlns='urn:xmpp:jingle:security:xtls:0'/>"),
            jingle("description-info", content("")),
            jingle("transport-info", content(socks5("%s", "<candidate-used cid='%c'/>"))),
            jingle("transport-info", content(socks5("%s", "<candidate-used cid='none'/>"))),
            jingle("transport-info", content(socks5("%s", "<candidate-error/>"))),
            jingle("transport-info", content("")),
            jingle("transport-replace", content(inBand("r", 4096))),
            jingle("transport-replace", content(socks5("r", ""))),
            jingle("transport-replace", content("<transport xmlns='x'/>")),
            jingle("transport-accept", content(inBand("%s", 4096))),
            jingle("transport-reject", content(inBand("%s", 4096))),
            jingle("content-add", "<content creator='responder' name='two'>" + socks5("t", "") + "</content>"),
            jingle("content-add", "<content creator='responder' name='three'><transport xmlns='x'/></content>"),
            jingle("content-accept", "<content creator='responder' name='two'>" + socks5("%s", "") + "</content>"),
            jingle("content-reject", "<content creator='responder' name='two'/>"),
            jingle("content-modify", "<content creator='initiator' name='ex' senders='both'/>"),
            jingle("content-remove", "<content creator='initiator' name='ex'/>"),
            jingle("dance", ""),
            TERMINATE,
            jingle("session-terminate", "<reason><cancel/></reason>"),
            "<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='%s'/>",
            "<open xmlns='http://jabber.org/protocol/ibb' block-size='65535' sid='%s'/>",
            "<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='%s'>aGVsbG8=</data>",
            "<data xmlns='http://jabber.org/protocol/ibb' seq='7' sid='%s'>?</data>",
            "<close xmlns='http://jabber.org/protocol/ibb' sid='%s'/>");

    /** How often the states were reached that are hard to reach: a property of nothing proves nothing. */
    private static final Map<String, Integer> REACHED = SensibleClient.counters();

    @AfterContainer
    static void allStatesWereReached() {
        assertThat(REACHED).allSatisfy((what, times) -> assertThat(times).as(what).isGreaterThan(TRIES / 20));
        assertThat(REACHED.keySet()).contains("active", "replaced", "carries in-band in-band", "carries in-band socks5",
                "carries socks5 in-band", "carries socks5 socks5");
    }

    @Property(tries = TRIES)
    void everythingIsAnsweredAndNothingIsLeft(
            @ForAll @Size(max = 60) List<@IntRange(max = 9999) Integer> choices) {
        Brokered brokered = new Brokered();
        SensibleClient[] clients = {
            new SensibleClient(brokered, true, REACHED), new SensibleClient(brokered, false, REACHED)};
        List<RecordingReply> replies = new ArrayList<>();
        replies.add(clients[0].next(choices.size()));
        for (int choice : choices) {
            int who = choice % 2;
            switch (choice / 2 % 8) {
                case 0, 1, 2, 3 -> ack(brokered, clients);
                case 4, 5, 6 -> replies.add(clients[who].next(choice / 16));
                default -> replies.add(anything(brokered, clients[who], who, choice / 16));
            }
        }
        brokered.events.stream().filter(event -> event.startsWith("carries"))
                .forEach(event -> REACHED.merge(event, 1, Integer::sum));
        brokered.romeo(TERMINATE);
        brokered.juliet(TERMINATE);
        for (int round = 0; round < 3; round++) {
            brokered.sessions.onLinkUp();
            brokered.sessions.close();
            brokered.ackAll();
            brokered.advance(70);
        }

        assertThat(replies).filteredOn(Objects::nonNull).allSatisfy(reply -> assertThat(reply.text()).isNotNull());
        assertThat(brokered.sessions.size()).isZero();
        assertThat(brokered.sessions.inBandStreams()).isZero();
        assertThat(brokered.streams.expected).isEmpty();
        assertThat(brokered.streams.meters).isZero();
        assertThat(brokered.events.stream().filter(event -> event.startsWith("ended")).count())
                .isEqualTo(brokered.events.stream().filter(event -> event.startsWith("started")).count());
    }

    private static void ack(Brokered brokered, SensibleClient[] clients) {
        if (!brokered.asked.isEmpty()) {
            Asked asked = brokered.next();
            clients[asked.theirs().equals(Brokered.ROMEO) ? 0 : 1].onAsked(asked);
            asked.ack();
        }
    }

    private static RecordingReply anything(Brokered brokered, SensibleClient client, int who, int choice) {
        int what = choice % (PAYLOADS.size() + 8);
        if (what >= PAYLOADS.size()) {
            happen(brokered, what - PAYLOADS.size());
            return null;
        }
        String payload = PAYLOADS.get(what).replace("%s", client.sid).replace("%c", client.cid);
        return who == 0 ? brokered.romeo(payload) : brokered.juliet(payload);
    }

    private static void happen(Brokered brokered, int what) {
        switch (what) {
            case 0, 1, 2 -> {
                if (!brokered.asked.isEmpty()) {
                    brokered.next().ack();
                }
            }
            case 3, 4, 5, 6 -> brokered.goWrong(what - 3);
            default -> {
                if (brokered.streams.whenEnded != null) {
                    brokered.streams.whenEnded.accept(new StreamEnd(5, true, "completed"));
                } else if (brokered.streams.bridged != null) {
                    brokered.streams.bridged.send(new byte[10_000]);
                    brokered.streams.bridged.end();
                }
                brokered.advance(5);
            }
        }
    }
}

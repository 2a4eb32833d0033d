// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import static im.thingle.signaling.echo.EchoFixture.SID;
import static im.thingle.signaling.echo.EchoFixture.SUCCESS;
import static im.thingle.signaling.echo.EchoFixture.description;
import static im.thingle.signaling.echo.EchoFixture.hello;
import static im.thingle.signaling.echo.EchoFixture.inBand;
import static im.thingle.signaling.echo.EchoFixture.jingle;
import static im.thingle.signaling.echo.EchoFixture.offer;
import static im.thingle.signaling.echo.EchoFixture.socks5;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.echo.EchoFixture.Asked;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.stanza.StanzaError;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whatever a client sends in whatever order, each request has one answer, nothing breaks and nothing is left in the
 * end.
 */
class EchoPropertiesTest {
    private static final String TRANSPORTED = "<content creator='initiator' name='a-file-offer'>%t</content>";

    /**
     * What a client may send. {@code %i} is the sid of a session, {@code %s} and {@code %c} what we told of its
     * transport.
     */
    private static final List<String> PAYLOADS = List.of(
            offer(hello(""), socks5("s", "")),
            offer(hello("<hash-used xmlns='urn:xmpp:hashes:2' algo='sha-1'/>"), inBand("s")),
            offer(hello(""), inBand("s")),
            offer(description(3, "<offer><file><name>x</name></file></offer>"), inBand("s")),
            offer(description(5, "<file><size>x</size></file>"), inBand("s")),
            jingle("session-accept", "%i", transported(socks5("%s", ""))),
            jingle("session-accept", "%i", transported(inBand("%s"))),
            jingle("session-info", "%i", ""),
            jingle("session-info", "%i", "<received xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>"),
            jingle("session-info", "%i", "<checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file>"
                    + "<hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>x</hash></file></checksum>"),
            jingle("transport-info", "%i", transported(socks5("%s", "<candidate-used cid='%c'/>"))),
            jingle("transport-info", "%i", transported(socks5("%s", "<candidate-used cid='%c'/>"))),
            jingle("transport-info", "%i", transported(socks5("%s", "<candidate-used cid='none'/>"))),
            jingle("transport-info", "%i", transported(socks5("%s", "<candidate-error/>"))),
            jingle("transport-info", "%i", transported("")),
            jingle("transport-replace", "%i", transported(inBand("s"))),
            jingle("transport-replace", "%i", transported(socks5("r", ""))),
            jingle("transport-replace", "%i", transported("<transport xmlns='x'/>")),
            jingle("transport-replace", "%i", transported("")),
            jingle("transport-accept", "%i", transported(inBand("%s"))),
            jingle("transport-reject", "%i", transported("")),
            jingle("content-add", "%i", "<content creator='responder' name='two'>" + hello("") + "</content>"),
            jingle("content-accept", "%i", transported("")),
            jingle("content-modify", "%i", transported("")),
            jingle("content-remove", "%i", transported("")),
            jingle("security-info", "%i", ""),
            jingle("dance", "%i", ""),
            jingle("session-terminate", "%i", SUCCESS),
            jingle("session-terminate", "%i", "<reason><cancel/></reason>"),
            "<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='%s'/>",
            "<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='s'/>",
            "<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='s'>aGVsbG8=</data>",
            "<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='s'>aGU=</data>",
            "<data xmlns='http://jabber.org/protocol/ibb' seq='1' sid='s'>bGxv</data>",
            "<data xmlns='http://jabber.org/protocol/ibb' seq='7' sid='s'>?</data>",
            "<close xmlns='http://jabber.org/protocol/ibb' sid='%s'/>",
            "<close xmlns='http://jabber.org/protocol/ibb' sid='s'/>");

    private static final int HAPPENINGS = 12;

    @Property(tries = 1000)
    void everythingIsAnsweredAndNothingIsLeft(@ForAll @Size(max = 40) List<@IntRange(max = 959) Integer> choices) {
        EchoFixture echo = new EchoFixture();
        List<RecordingReply> replies = new ArrayList<>();
        Told told = new Told();
        replies.add(echo.romeo(PAYLOADS.get(choices.size() % 4)));
        for (int choice : choices) {
            told.remember(echo);
            int what = choice / 2 % (PAYLOADS.size() + HAPPENINGS);
            if (what < PAYLOADS.size()) {
                replies.add(echo.romeo(told.fill(PAYLOADS.get(what), choice % 2 == 0)));
            } else {
                happen(echo, what - PAYLOADS.size());
            }
        }
        echo.advance(400);
        while (!echo.asked.isEmpty()) {
            echo.next().ack();
        }
        echo.advance(400);

        assertThat(replies).allSatisfy(reply -> assertThat(reply.text()).isNotNull());
        assertThat(echo.events.stream().filter(event -> event.startsWith("started")).count())
                .isEqualTo(echo.events.stream().filter(event -> event.startsWith("ended")).count());
        echo.assertNothingIsLeft();
    }

    private static String transported(String transport) {
        return TRANSPORTED.replace("%t", transport);
    }

    /** What we told of sessions and transports. */
    private static final class Told {
        private String session = SID;
        private String transport = "s";
        private String candidate = "none";

        void remember(EchoFixture echo) {
            for (Asked asked : echo.asked) {
                if (asked.payload().child("content", Jingle.NAMESPACE) == null || asked.transport() == null
                        || asked.transport().attribute("sid") == null) {
                    continue;
                }
                session = asked.payload().attribute("sid");
                transport = asked.transport().attribute("sid");
                if (!asked.transport().children().isEmpty()
                        && asked.transport().children().getFirst().attribute("cid") != null) {
                    candidate = asked.transport().children().getFirst().attribute("cid");
                }
            }
        }

        String fill(String payload, boolean latest) {
            return payload.replace("%i", latest ? session : SID).replace("%s", transport).replace("%c", candidate);
        }
    }

    private static void happen(EchoFixture echo, int what) {
        Asked asked = what < 7 ? echo.asked.poll() : null;
        switch (what) {
            case 0, 1, 2, 3, 4 -> {
                if (asked != null) {
                    asked.ack();
                }
            }
            case 5 -> {
                if (asked != null) {
                    asked.refuse(StanzaError.ITEM_NOT_FOUND);
                }
            }
            case 6 -> {
                if (asked != null) {
                    asked.whenAnswered().accept(null);
                }
            }
            case 7 -> {
                if (echo.streams.bridged != null && !echo.streams.bridged.cut) {
                    echo.streams.bridged.send(new byte[5]);
                }
            }
            case 8 -> {
                if (echo.streams.bridged != null && !echo.streams.bridged.cut) {
                    echo.streams.bridged.end();
                }
            }
            case 9 -> echo.advance(4);
            case 10 -> echo.ends.getLast().run();
            default -> echo.service.onLinkDown();
        }
    }
}

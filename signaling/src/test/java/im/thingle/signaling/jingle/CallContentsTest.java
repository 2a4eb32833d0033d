// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.JULIET;
import static im.thingle.signaling.jingle.Brokered.ROMEO;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static im.thingle.signaling.jingle.CallSessionTest.AUDIO;
import static im.thingle.signaling.jingle.CallSessionTest.GROUP;
import static im.thingle.signaling.jingle.CallSessionTest.JULIETS;
import static im.thingle.signaling.jingle.CallSessionTest.ROMEOS;
import static im.thingle.signaling.jingle.CallSessionTest.VIDEO;
import static im.thingle.signaling.jingle.CallSessionTest.content;
import static im.thingle.signaling.jingle.CallSessionTest.ice;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.stanza.StanzaError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** XEP-0166 §7.2 with XEP-0338: one content of a call cannot be, or is not wanted any more; the others go on. */
class CallContentsTest {
    private static final String FLIPPED = "<group xmlns='urn:xmpp:jingle:apps:grouping:0' semantics='BUNDLE'>"
            + "<content name='video'/><content name='audio'/></group>";

    private final FakeMedia media = new FakeMedia();
    private final Brokered brokered = new Brokered(new GatewayLimits(0, 0, Duration.ofMinutes(10)), Optional.of(media));

    /** XEP-0166 §7.2.5; Juliet has not heard of it, so that she is not told either. */
    @Test
    void aContentThatIsRemovedBeforeThePortsAreThereTakesNothingElseWithIt() {
        media.slow = true;
        brokered.romeo(jingle("session-initiate", content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP));
        assertThat(brokered.romeo(jingle("content-remove", content("video", "", ""))).condition()).isNull();
        media.more.getFirst().answer();
        media.answer();

        Asked offer = brokered.next();
        offer.ack();
        assertThat(offer.action()).isEqualTo("session-initiate");
        assertThat(offer.text()).contains("<content name='audio'/></group>").doesNotContain("name='video'");
        assertThat(brokered.asked).isEmpty();
        assertThat(media.more.getFirst().done).containsExactly("end");
        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))));
        assertThat(brokered.next().text()).contains("session-accept", "ufrag='toRomeo'");
        assertThat(media.done).last().isEqualTo("start INITIATOR");
    }

    /** XEP-0166 §7.2.5, §7.2.3; each content is told once, and as what it is. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aContentThatIsRemovedAndAddedAgainBeforeThePortsAreThereIsAnother(boolean newOneFirst) {
        media.slow = true;
        brokered.romeo(jingle("session-initiate", content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP));
        brokered.romeo(jingle("content-remove", content("video", "", "")));
        String again = content("video", VIDEO, ice("vid2", "a-password-of-Romeos-camera", ROMEOS));
        assertThat(brokered.romeo(jingle("content-add", again)).condition()).isNull();
        FakeMedia another = media.more.getLast();
        if (newOneFirst) {
            another.answer();
        }
        media.more.getFirst().answer();
        media.answer();

        Asked offer = brokered.next();
        assertThat(offer.text()).contains("session-initiate", "<content name='audio'/></group>").doesNotContain("name='video'");
        offer.ack();
        if (!newOneFirst) {
            assertThat(brokered.asked).isEmpty();
            another.answer();
        }
        Asked added = brokered.next();
        assertThat(added.text()).contains("content-add", "name='video'", "ufrag='toJuliet2'");
        assertThat(brokered.asked).isEmpty();
        added.ack();
        assertThat(brokered.events).noneMatch(event -> event.startsWith("bug"));
        assertThat(brokered.sessions.size()).isOne();
    }

    /** XEP-0166 §7.2.3: what becomes of the first says nothing of the second. */
    @Test
    void theRefusalOfWhatWasTakenBackIsNotOfWhatCameAfterIt() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)));
        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))));
        brokered.ackAll();
        String video = content("video", VIDEO, ice("vid1", "a-password-of-Romeos-camera", ROMEOS));
        brokered.romeo(jingle("content-add", video));
        Asked first = brokered.next();
        brokered.romeo(jingle("content-remove", content("video", "", "")));
        brokered.romeo(jingle("content-add", video));
        brokered.ackAll();

        first.refuse(StanzaError.UNEXPECTED_REQUEST, null);

        assertThat(brokered.asked).isEmpty();
        assertThat(media.more).extracting(call -> call.done.contains("end")).containsExactly(true, false);
    }

    @Test
    void ofWhatIsAddedOnlyWhatIsNotTakenBackIsOffered() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)));
        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))));
        brokered.ackAll();
        media.slow = true;
        brokered.romeo(jingle("content-add", content("video", VIDEO, ice("vid1", "a-password-of-Romeos-camera", ROMEOS))
                + content("screen", VIDEO, ice("scr1", "a-password-of-Romeos-screen", ROMEOS))));
        brokered.romeo(jingle("content-add", content("slides", VIDEO, ice("sli1", "a-password-of-Romeos-slides", ROMEOS))));
        brokered.romeo(jingle("content-remove", content("video", "", "") + content("slides", "", "")));
        media.more.forEach(FakeMedia::answer);

        Asked added = brokered.next();
        assertThat(added.text()).contains("content-add", "name='screen'").doesNotContain("name='video'");
        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.sessions.size()).isOne();
        assertThat(media.more).extracting(call -> call.done.contains("end")).containsExactly(true, false, true);
    }

    /** XEP-0166 §7.2.3; Juliet has not heard of it, so that she is not told either. */
    @Test
    void whatIsOverdueBeforeItIsToldIsRejectedOnly() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)));
        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))));
        brokered.ackAll();
        media.slow = true;
        brokered.romeo(jingle("content-add", content("video", VIDEO, ice("vid1", "a-password-of-Romeos-camera", ROMEOS))));

        brokered.advance(11 * 60);

        Asked rejected = brokered.next();
        assertThat(rejected.theirs()).isEqualTo(ROMEO);
        assertThat(rejected.text()).contains("content-reject", "name='video'", "<timeout/>");
        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.sessions.size()).isOne();
    }

    /** RFC 8843 §7.3.2: it can be rejected, but not taken out of the bundle; sound goes on. */
    @Test
    void whoBundlesNoMoreLosesTheContentAndNotTheCall() {
        addPicture();
        List<String> before = List.copyOf(media.done);

        brokered.juliet(jingle("content-accept", content("video", VIDEO, ice("vvvv", "password-of-Juliets-picture", JULIETS))));

        Asked removed = brokered.next();
        assertThat(removed.theirs()).isEqualTo(JULIET);
        assertThat(removed.text()).contains("content-remove", "name='video'", "<failed-transport/>");
        Asked rejected = brokered.next();
        assertThat(rejected.theirs()).isEqualTo(ROMEO);
        assertThat(rejected.text()).contains("content-reject", "name='video'", "<failed-transport/>");
        assertThat(brokered.asked).isEmpty();
        assertThat(brokered.sessions.size()).isOne();
        assertThat(media.done).isEqualTo(before);
    }

    /** RFC 8843 §7.1.3: what a bundled content says of ICE means nothing, on whichever transport it was offered. */
    @Test
    void whatIsBundledMayHaveCredentialsOfItsOwn() {
        addPicture();
        List<String> before = List.copyOf(media.done);

        brokered.juliet(jingle("content-accept",
                content("video", VIDEO, ice("vvvv", "password-of-Juliets-picture", JULIETS)) + FLIPPED));

        assertThat(brokered.next().text()).contains("content-accept", "ufrag='toRomeo'");
        assertThat(brokered.asked).isEmpty();
        assertThat(media.done).startsWith(before.toArray(String[]::new)).noneMatch(what -> what.contains("vvvv"));
    }

    /** RFC 8843 §7.3.1: not what is written first in the session. */
    @Test
    void theFirstOfTheGroupSaysWhereTheBundleIs() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP);

        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("aaaa", "password-of-Juliets-sound", JULIETS))
                + content("video", VIDEO, ice("vvvv", "password-of-Juliets-picture", JULIETS)) + FLIPPED));

        assertThat(brokered.next().text()).contains("session-accept", "ufrag='toRomeo1'").doesNotContain("ufrag='toRomeo'");
        assertThat(media.done).last().isEqualTo("bundled");
        assertThat(media.more.getFirst().done).containsSubsequence("RESPONDER is vvvv/password-of-Juliets-picture []",
                "start RESPONDER").noneMatch(what -> what.contains("aaaa"));
    }

    /** The relay has told it nothing of Juliet's agent but what counts now. */
    @Test
    void whoChangesItsMindBeforeItAcceptsIsTakenAtItsWord() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)));
        brokered.juliet(jingle("transport-info", content("audio", "", ice("old1", "password-of-Juliets-sound", ""))));

        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))));

        assertThat(brokered.next().text()).contains("session-accept");
        assertThat(media.done).containsSubsequence("RESPONDER is 9uB6/YH75Fviy6338Vbrhrlp8Yh []", "start RESPONDER");
    }

    @Test
    void whatCannotBeCarriedAsItIsAcceptedIsLeftOut() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS))
                + content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP);

        brokered.juliet(jingle("session-accept", content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS))
                + content("video", VIDEO, Brokered.inBand("x", 4096)) + GROUP));

        Asked removed = brokered.next();
        assertThat(removed.theirs()).isEqualTo(JULIET);
        assertThat(removed.text()).contains("content-remove", "name='video'", "<unsupported-transports/>");
        Asked answer = brokered.next();
        assertThat(answer.text()).contains("session-accept", "<content name='audio'/></group>").doesNotContain("name='video'");
        assertThat(media.done).last().isEqualTo("start INITIATOR");
    }

    /** Romeo adds a picture on the transport that sound has. */
    private void addPicture() {
        brokered.offer(content("audio", AUDIO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP);
        brokered.juliet(jingle("session-accept",
                content("audio", AUDIO, ice("9uB6", "YH75Fviy6338Vbrhrlp8Yh", JULIETS)) + GROUP));
        brokered.romeo(jingle("content-add", content("video", VIDEO, ice("8hhy", "asd88fgpdd777uzjYhagZg", ROMEOS)) + GROUP));
        brokered.ackAll();
    }
}

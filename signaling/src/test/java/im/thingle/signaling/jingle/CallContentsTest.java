// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

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
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** XEP-0166 §7.2 with XEP-0338: one content of a call cannot be, or is not wanted any more; the others go on. */
class CallContentsTest {
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
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.media.ChannelEnd;
import im.thingle.signaling.adhoc.Outcome;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.SessionView.Kind;
import im.thingle.stun.turn.AllocationEnd;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way in which something ends is told to its user in a sentence of its own. */
class OutcomeTest {
    @ParameterizedTest
    @EnumSource
    void ofAFile(CloseReason reason) {
        assertHasASentence(Kind.FILE, reason.word());
    }

    @ParameterizedTest
    @EnumSource
    void ofACall(AllocationEnd reason) {
        assertHasASentence(Kind.CALL, reason.word());
    }

    @ParameterizedTest
    @EnumSource
    void ofAChannel(ChannelEnd reason) {
        assertHasASentence(Kind.CHANNEL, reason.word());
    }

    private static void assertHasASentence(Kind kind, String reason) {
        var ended = new SessionView("1", kind, "a@b", "", Instant.EPOCH, Optional.of(Instant.EPOCH), 0, reason);

        assertThat(Outcome.of(ended)).endsWith(".").isNotEqualTo("Ended: " + reason + ".");
    }
}

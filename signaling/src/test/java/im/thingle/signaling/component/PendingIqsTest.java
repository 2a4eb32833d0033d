// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.stanza.Iq;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingIqsTest {
    private final PendingIqs pending = new PendingIqs();
    private final List<Iq> answers = new ArrayList<>();

    @Test
    void givesTheAnswerToWhoeverWaitsOnce() {
        String id = pending.expect("proxy.example.org", "romeo@example.org/x", 10, answers::add);

        assertThat(pending.onAnswer(answer(id, "romeo@example.org/x"))).isTrue();
        assertThat(pending.onAnswer(answer(id, "romeo@example.org/x"))).isFalse();
        pending.onDeadline(10);

        assertThat(answers).containsExactly(answer(id, "romeo@example.org/x"));
    }

    @Test
    void knowsTheOneAskedInAnotherSpelling() {
        String id = pending.expect("proxy.example.org", "Romeo@Example.org/x", 10, answers::add);

        assertThat(pending.onAnswer(answer(id, "romeo@example.org/x"))).isTrue();
    }

    @Test
    void ignoresOtherPeoplesAnswers() {
        String id = pending.expect("proxy.example.org", "romeo@example.org/x", 10, answers::add);

        assertThat(pending.onAnswer(answer(id, "romeo@example.org/y"))).isFalse();
        assertThat(pending.onAnswer(answer("other", "romeo@example.org/x"))).isFalse();
        assertThat(
                pending.onAnswer(
                        new Iq(Iq.Type.RESULT, id, "romeo@example.org/x", "u@proxy.example.org", null, Iq.NAMESPACE)))
                                .isFalse();
        assertThat(answers).isEmpty();
    }

    @Test
    void givesNothingAtTheDeadlineAndNotBefore() {
        pending.expect("proxy.example.org", "a@b", 10, answers::add);
        pending.expect("proxy.example.org", "a@b", 11, answers::add);

        pending.onDeadline(9);
        assertThat(answers).isEmpty();
        pending.onDeadline(10);

        assertThat(answers).containsExactly((Iq) null);
        assertThat(pending.size()).isOne();
    }

    @Test
    void givesNothingToAnybodyWhenTheLinkIsLostAndMayBeAskedMeanwhile() {
        pending.expect("proxy.example.org", "a@b", 10,
                answer -> pending.expect("proxy.example.org", "a@b", 10, answers::add));
        pending.expect("proxy.example.org", "a@b", 10, answers::add);

        pending.onLinkLost();

        assertThat(answers).containsExactly((Iq) null);
        assertThat(pending.size()).isOne();
    }

    private static Iq answer(String id, String from) {
        return new Iq(Iq.Type.RESULT, id, from, "proxy.example.org", null, Iq.NAMESPACE);
    }
}

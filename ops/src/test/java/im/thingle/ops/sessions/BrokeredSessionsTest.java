// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.BrokeredSession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BrokeredSessionsTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    private final BrokeredSessions sessions = new BrokeredSessions(new LatelyEnded(CLOCK), CLOCK);
    private final List<String> told = new ArrayList<>();

    private BrokeredSession begin(String id) {
        var session = new BrokeredSession(id, "sid", "alice@example.org/x", "bob@example.net/y", "file");
        sessions.started(session, () -> {
            told.add(id);
            sessions.ended(session, "gone", "", 0);
        });
        return session;
    }

    @Test
    void drainIsOverWhenTheLastHasEnded() throws Exception {
        var first = begin("1");
        var second = begin("2");
        var drained = sessions.drain(Duration.ofHours(1));

        sessions.ended(first, "success", "", 1);
        assertThat(drained).isNotDone();
        sessions.ended(second, "success", "", 1);

        assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void drainEndsWhatIsLeftAtTheDeadline() throws Exception {
        begin("1");

        assertThat(sessions.drain(Duration.ofMillis(1)).get(10, TimeUnit.SECONDS)).isEqualTo(1);

        assertThat(told).containsExactly("1");
        assertThat(sessions.size()).isZero();
    }

    @Test
    void drainWithNoneIsOverAtOnce() {
        assertThat(sessions.drain(Duration.ofHours(1))).isCompletedWithValue(0);
    }

    @Test
    void whoEndsOneIsAnsweredThoughNothingIsHeardOfItAnyMore() throws Exception {
        var session = new BrokeredSession("1", "sid", "alice@example.org/x", "bob@example.net/y", "file");
        sessions.started(session, () -> {});
        var answered = new CompletableFuture<Boolean>();

        sessions.list().getFirst().end(answered::complete);

        assertThat(answered.get(10, TimeUnit.SECONDS)).isTrue();
    }
}

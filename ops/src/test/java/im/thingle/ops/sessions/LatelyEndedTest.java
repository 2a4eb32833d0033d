// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.SessionView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LatelyEndedTest {
    private static final String ROMEO = "romeo@montague.lit";
    private static final String JULIET = "juliet@capulet.lit";

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final LatelyEnded ended = new LatelyEnded(() -> now);

    @Test
    void tellsEachAccountItsOwnNewestFirst() {
        ended.add(session("f1", ROMEO));
        ended.add(session("f2", JULIET));
        ended.add(session("c3", ROMEO));

        assertThat(ids(ROMEO)).containsExactly("c3", "f1");
        assertThat(ids(JULIET)).containsExactly("f2");
        assertThat(ids("nobody@example.org")).isEmpty();
    }

    @Test
    void keepsEqualSessionsApart() {
        ended.add(session("f1", ROMEO));
        ended.add(session("f1", ROMEO));

        assertThat(ids(ROMEO)).containsExactly("f1", "f1");
    }

    @Test
    void forgetsADayLater() {
        ended.add(session("f1", ROMEO));
        now = now.plus(Duration.ofHours(23));
        ended.add(session("f2", ROMEO));
        assertThat(ids(ROMEO)).hasSize(2);

        now = now.plus(Duration.ofHours(1));
        assertThat(ids(ROMEO)).containsExactly("f2");

        now = now.plus(Duration.ofHours(23));
        assertThat(ids(ROMEO)).isEmpty();
        assertThat(ended.remembered()).isZero();
    }

    @Test
    void letsNobodyPushOutWhatOthersHave() {
        ended.add(session("f0", JULIET));
        for (int i = 1; i <= 3 * LatelyEnded.MOST_OF_AN_ACCOUNT; i++) {
            ended.add(session("f" + i, ROMEO));
        }

        assertThat(ids(ROMEO)).hasSize(LatelyEnded.MOST_OF_AN_ACCOUNT)
                .first().isEqualTo("f" + 3 * LatelyEnded.MOST_OF_AN_ACCOUNT);
        assertThat(ids(JULIET)).containsExactly("f0");
        assertThat(ended.remembered()).isEqualTo(LatelyEnded.MOST_OF_AN_ACCOUNT + 1 + 2);
    }

    @Test
    void letsNobodyPushOutWhatAnAccountHadItselfByNamingIt() {
        ended.add(session("own", ROMEO));
        ended.add(shared("friends", JULIET, ROMEO));
        for (int i = 0; i < 3 * LatelyEnded.MOST_OF_AN_ACCOUNT; i++) {
            ended.add(shared("forged" + i, "mallory@example.org", ROMEO));
        }

        assertThat(ids(ROMEO)).hasSize(2 + LatelyEnded.MOST_BY_ANOTHER).endsWith("friends", "own");
    }

    @Test
    void givesWhatAnAccountHadItselfTheWholeRoomIfItTakesIt() {
        for (int other = 0; other < LatelyEnded.MOST_OF_AN_ACCOUNT; other++) {
            for (int i = 0; i < LatelyEnded.MOST_BY_ANOTHER; i++) {
                ended.add(shared("theirs", "bot" + other + "@example.org", ROMEO));
            }
        }
        for (int i = 0; i < LatelyEnded.MOST_OF_AN_ACCOUNT; i++) {
            ended.add(session("own" + i, ROMEO));
        }
        ended.add(shared("theirs", JULIET, ROMEO));

        assertThat(ids(ROMEO)).hasSize(LatelyEnded.MOST_OF_AN_ACCOUNT).doesNotContain("theirs").endsWith("own0");
    }

    @Test
    void letsNobodyEmptyAllListsByInventedNames() {
        ended.add(session("own", JULIET));
        ended.add(shared("friends", ROMEO, JULIET));
        for (int i = 0; i < LatelyEnded.MOST + 10; i++) {
            ended.add(shared("forged" + i, "mallory@example.org", "invented" + i + "@example.org"));
        }

        assertThat(ids(JULIET)).containsExactly("friends", "own");
        assertThat(ids("invented0@example.org")).isEmpty();
        assertThat(ids("mallory@example.org")).hasSize(LatelyEnded.MOST_OF_AN_ACCOUNT);
    }

    @Test
    void prefersWhatAccountsHadThemselvesWhenAllIsFull() {
        ended.add(session("own", JULIET));
        for (int i = 0; i < LatelyEnded.MOST; i++) {
            ended.add(shared("f" + i, "user" + i + "@example.org", "user" + i + "@example.net"));
        }

        assertThat(ids(JULIET)).isEmpty();
        assertThat(ids("user" + (LatelyEnded.MOST - 1) + "@example.org")).hasSize(1);
        assertThat(ids("user0@example.net")).isEmpty();
        now = now.plus(LatelyEnded.KEPT);
        assertThat(ids(ROMEO)).isEmpty();
        assertThat(ended.remembered()).isZero();
    }

    @Test
    void keepsSoManyInAllAndNoMore() {
        for (int i = 0; i < LatelyEnded.MOST + 10; i++) {
            ended.add(session("f" + i, "user" + i + "@example.org"));
        }

        assertThat(ended.remembered()).isEqualTo(2 * LatelyEnded.MOST);
        assertThat(ids("user9@example.org")).isEmpty();
        assertThat(ids("user10@example.org")).containsExactly("f10");
    }

    private List<String> ids(String account) {
        return ended.of(account).stream().map(SessionView::id).toList();
    }

    private List<SessionView> shared(String id, String requester, String target) {
        return List.of(session(id, requester), session(id, target));
    }

    private SessionView session(String id, String account) {
        return new SessionView(id, SessionView.Kind.FILE, account, "", now.minusSeconds(5), Optional.of(now), 1,
                "completed");
    }
}

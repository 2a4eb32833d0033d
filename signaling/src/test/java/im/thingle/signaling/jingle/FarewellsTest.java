// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.jingle.transport.LegAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FarewellsTest {
    private final List<String> said = new ArrayList<>();
    private final Farewells wire = new Farewells(
            (leg, payload, whenAnswered) -> said.add(leg.sid() + " " + payload.attribute("action")));

    @Test
    void onlyFarewellsOutlastTheLink() {
        say(JingleAction.SESSION_INFO, "a");
        wire.onLinkLost();
        say(JingleAction.SESSION_TERMINATE, "a");
        say(JingleAction.SESSION_INFO, "b"); // whoever waits for its answer is told at once that there is none
        assertThat(said).containsExactly("a session-info", "b session-info");

        wire.onLinkUp();
        wire.onLinkUp();
        assertThat(said).containsExactly("a session-info", "b session-info", "a session-terminate");
    }

    @Test
    void thereIsAnEndToWhatIsKept() {
        wire.onLinkLost();
        for (int i = 0; i < Farewells.MOST + 5; i++) {
            say(JingleAction.SESSION_TERMINATE, "a");
        }

        wire.onLinkUp();

        assertThat(said).hasSize(Farewells.MOST);
    }

    private void say(JingleAction action, String sid) {
        wire.ask(new LegAddress("ours", "theirs", sid, true), Jingle.of(action, sid, List.of(), List.of()).element(),
                answer -> {});
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.port.SessionView.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is sent in whatever order, each request gets one answer and few sessions are kept. */
class CommandsPropertiesTest {
    private record Step(String from, String node, String session, String action, String payload, int seconds,
            boolean answers) {}

    @Property(tries = 300)
    void everyRequestIsAnsweredOnceAndSessionsAreFew(@ForAll("conversations") List<Step> steps, @ForAll boolean late) {
        Globe globe = new Globe();
        globe.operations.sessions.add(Globe.active("1", Kind.CALL, "juliet@shakespeare.lit", "", 5));
        globe.operations.sessions.add(Globe.active("2", Kind.FILE, "juliet@shakespeare.lit", "", 5));
        if (late) {
            globe.operations.beLate();
        }
        List<RecordingReply> replies = new ArrayList<>(); // each of which fails at a second answer
        for (Step step : steps) {
            globe.tick(Duration.ofSeconds(step.seconds()));
            replies.add(globe.command(step.from(), "node='" + step.node() + "'" + attribute("sessionid", step.session())
                    + attribute("action", step.action()), step.payload()));
            if (step.answers() && globe.operations.unanswered() > 0) {
                globe.operations.answerOne();
            }
            assertThat(globe.commands.sessionCount()).isLessThanOrEqualTo(2 * CommandSessions.PER_ACCOUNT);
        }
        while (globe.operations.unanswered() > 0) {
            globe.operations.answerOne();
        }

        assertThat(replies).allSatisfy(reply -> assertThat(reply.text()).isNotNull());
        globe.tick(Duration.ofMinutes(10));
        assertThat(globe.commands.sessionCount()).isZero();
    }

    @Provide
    Arbitrary<List<Step>> conversations() {
        Arbitrary<String> from = Arbitraries.of(Globe.BARD, Globe.BARD, Globe.BARD, Globe.JULIET, Globe.STRANGER);
        Arbitrary<String> node = Arbitraries.of("urn:thingle:commands:end-session", "urn:thingle:commands:end-session",
                "urn:thingle:commands:my-sessions", "urn:thingle:commands:list-sessions", "urn:thingle:commands:none",
                "http://jabber.org/protocol/admin#end-user-session", "http://jabber.org/protocol/admin#shutdown");
        Arbitrary<String> session = Arbitraries.of("", "", "s1", "s2", "s3", "s4", "s5", "s6", "elsewhere");
        Arbitrary<String> action = Arbitraries.of("", "execute", "next", "prev", "complete", "cancel", "undo");
        Arbitrary<String> payload = Arbitraries.of("", Globe.submit(Globe.field("id", "1")),
                Globe.submit(Globe.field("id", "3")),
                Globe.submit(Globe.field("accountjids", "juliet@shakespeare.lit")),
                Globe.submit(Globe.field("delay", "30")));
        return Combinators.combine(from, node, session, action, payload, Arbitraries.of(0, 0, 0, 1, 400),
                Arbitraries.of(true, false))
                .as(Step::new).list().ofMaxSize(60);
    }

    private static String attribute(String name, String value) {
        return value.isEmpty() ? "" : " " + name + "='" + value + "'";
    }
}

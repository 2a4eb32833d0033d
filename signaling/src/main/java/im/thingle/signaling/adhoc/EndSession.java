// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.form.DataForm;
import im.thingle.signaling.form.FormField;
import im.thingle.signaling.form.FormField.Option;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.port.SessionView;
import java.util.List;

/** Lets an operator end one of the active sessions: first to choose it, then to confirm. Immutable. */
record EndSession(OperationsPort operations) implements Dialogue {
    private static final int MOST_CHOICES = ListSessions.MOST_ROWS;

    @Override
    public void start(Asker asker, Exchange exchange) {
        operations.sessions(exchange.later(sessions -> {
            if (sessions.isEmpty()) {
                exchange.done("Nothing is active.");
            } else {
                exchange.ask(choose(asker, sessions.stream().limit(MOST_CHOICES).toList(), sessions.size()));
            }
        }));
    }

    private Stage choose(Asker asker, List<SessionView> sessions, int all) {
        List<Option> options = sessions.stream().map(session -> new Option(SessionText.line(session), session.id()))
                .toList();
        String ofHowMany = all > sessions.size() ? " The list has the oldest " + sessions.size() + " of " + all + "."
                : "";
        DataForm form = new DataForm("End a transfer or call", List.of("Choose what to end." + ofHowMany),
                List.of(FormField.choice("id", "Transfer or call", options, List.of())));
        return new Stage(form, Action.NEXT, (submitted, exchange) -> {
            String id = submitted.one("id");
            SessionView chosen = sessions.stream().filter(session -> session.id().equals(id)).findFirst().orElseThrow();
            exchange.ask(confirm(asker, chosen));
        });
    }

    private Stage confirm(Asker asker, SessionView chosen) {
        DataForm form = new DataForm("End a transfer or call", List.of("Both sides will be cut off at once."),
                List.of(FormField.fixed(SessionText.line(chosen))));
        return new Stage(form, Action.COMPLETE, (submitted, exchange) ->
                operations.end(chosen.id(), asker.account(), exchange.later(ended -> {
                    if (ended) {
                        exchange.done("Ended: " + SessionText.line(chosen));
                    } else {
                        exchange.failed("It had ended already: " + SessionText.line(chosen));
                    }
                })));
    }
}

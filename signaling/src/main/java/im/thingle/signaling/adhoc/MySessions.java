// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.form.FieldType;
import im.thingle.signaling.form.FormField;
import im.thingle.signaling.form.FormResult;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.xml.Element;
import java.util.List;

/** Shows users their own transfers and calls, and how each one ended. Immutable. */
record MySessions(OperationsPort operations) implements Dialogue {
    static final int MOST_ROWS = 50;

    private static final List<FormField> COLUMNS = List.of(
            FormField.column(FieldType.TEXT_SINGLE, "kind", "Kind"),
            FormField.column(FieldType.TEXT_SINGLE, "peer", "With"),
            FormField.column(FieldType.TEXT_SINGLE, "started", "From"),
            FormField.column(FieldType.TEXT_SINGLE, "ended", "To"),
            FormField.column(FieldType.TEXT_SINGLE, "size", "Size"),
            FormField.column(FieldType.TEXT_SINGLE, "outcome", "Outcome"));

    @Override
    public void start(Asker asker, Exchange exchange) {
        operations.sessionsOf(asker.account(), exchange.later(sessions -> {
            List<SessionView> shown = sessions.stream().limit(MOST_ROWS).toList();
            Element table = FormResult.table(COLUMNS, shown.stream().map(MySessions::row).toList());
            long active = sessions.stream().filter(session -> session.ended().isEmpty()).count();
            if (sessions.isEmpty()) {
                exchange.done("You have had no transfers or calls lately.", table);
            } else if (shown.size() < sessions.size()) {
                exchange.doneBut("Only the newest " + MOST_ROWS + " of " + sessions.size() + " are shown.", table);
            } else {
                exchange.done(active + " active, " + (sessions.size() - active) + " ended lately.", table);
            }
        }));
    }

    private static List<String> row(SessionView session) {
        return List.of(SessionText.kind(session), SessionText.peer(session), SessionText.when(session.started()),
                session.ended().map(SessionText::when).orElse(""), SessionText.size(session.bytes()),
                Outcome.of(session));
    }
}

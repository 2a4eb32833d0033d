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

/** Shows an operator what is active. Immutable. */
record ListSessions(OperationsPort operations) implements Dialogue {
    /** A table of so many rows still fits into the stanzas that servers let through. */
    static final int MOST_ROWS = 200;

    private static final List<FormField> COLUMNS = List.of(
            FormField.column(FieldType.TEXT_SINGLE, "kind", "Kind"),
            FormField.column(FieldType.JID_SINGLE, "account", "Account"),
            FormField.column(FieldType.TEXT_SINGLE, "peer", "With"),
            FormField.column(FieldType.TEXT_SINGLE, "started", "Since"),
            FormField.column(FieldType.TEXT_SINGLE, "bytes", "Bytes"),
            FormField.column(FieldType.TEXT_SINGLE, "id", "Id"));

    @Override
    public void start(Asker asker, Exchange exchange) {
        operations.sessions(exchange.later(sessions -> {
            Element table = FormResult.table(COLUMNS,
                    sessions.stream().limit(MOST_ROWS).map(ListSessions::row).toList());
            if (sessions.size() > MOST_ROWS) {
                exchange.doneBut("Only the oldest " + MOST_ROWS + " of " + sessions.size() + " active ones are shown.",
                        table);
            } else {
                exchange.done(sessions.isEmpty() ? "Nothing is active." : sessions.size() + " active.", table);
            }
        }));
    }

    private static List<String> row(SessionView session) {
        return List.of(SessionText.kind(session), session.account(), SessionText.peer(session),
                SessionText.when(session.started()), Long.toString(session.bytes()), session.id());
    }
}

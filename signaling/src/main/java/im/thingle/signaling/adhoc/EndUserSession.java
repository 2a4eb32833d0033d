// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.form.DataForm;
import im.thingle.signaling.form.FieldType;
import im.thingle.signaling.form.FormField;
import im.thingle.signaling.port.OperationsPort;
import java.util.Iterator;
import java.util.List;

/**
 * Ends all transfers and calls of some accounts (XEP-0133 §4.5). They may begin new ones. What is relayed belongs to an
 * account, so a JID with a resource is not accepted. Immutable.
 */
record EndUserSession(OperationsPort operations) implements Dialogue {
    static final int MOST_ACCOUNTS = 50;

    private static final DataForm FORM = new DataForm("End a user's transfers and calls",
            List.of("Fill in whose transfers and calls shall all be ended at once."),
            List.of(FormField.formType(AccountForm.ADMIN),
                    FormField.required(FieldType.JID_MULTI, "accountjids", "Accounts (user@domain)")));

    @Override
    public void start(Asker asker, Exchange exchange) {
        exchange.ask(new Stage(FORM, Action.COMPLETE, (submitted, next) -> {
            List<String> accounts = submitted.all("accountjids");
            if (accounts.size() > MOST_ACCOUNTS) {
                next.refuse(CommandError.BAD_PAYLOAD, "Please name at most " + MOST_ACCOUNTS + " accounts.");
            } else if (AccountForm.areBare(accounts, next)) {
                endAll(accounts.iterator(), asker.account(), 0, next);
            }
        }));
    }

    private void endAll(Iterator<String> accounts, String by, int endedSoFar, Exchange exchange) {
        if (accounts.hasNext()) {
            operations.endAllOf(accounts.next(), by,
                    exchange.later(ended -> endAll(accounts, by, endedSoFar + ended, exchange)));
        } else {
            exchange.done(SessionText.count(endedSoFar, "transfer or call was", "transfers and calls were")
                    + " ended.");
        }
    }
}

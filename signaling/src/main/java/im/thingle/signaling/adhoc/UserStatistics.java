// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.form.FieldType;
import im.thingle.signaling.form.FormField;
import im.thingle.signaling.form.FormResult;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.port.UsageView;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;

/** Shows what an account uses: an operator may name any (XEP-0133 §4.10), a user sees their own. Immutable. */
final class UserStatistics {
    /** Our fields in a form of XEP-0133 carry our name (XEP-0068 §3.4). */
    static final String FIELDS = "{" + Commands.OWN + "}";

    private UserStatistics() {}

    /** For operators. */
    static Dialogue ofAnybody(OperationsPort operations) {
        return (asker, exchange) ->
                exchange.ask(AccountForm.ask("Usage of an account", "Fill in whose usage you want to see.",
                        (account, next) -> {
                    UsageView usage = operations.usage(account);
                    next.done(inWords(usage), result("Usage of " + account, AccountForm.ADMIN, FIELDS, usage));
                }));
    }

    /** For users. */
    static Dialogue own(OperationsPort operations) {
        return (asker, exchange) -> {
            UsageView usage = operations.usage(asker.account());
            exchange.done(inWords(usage), result("Usage of " + asker.account(), Commands.OWN, "", usage));
        };
    }

    private static String inWords(UsageView usage) {
        String limit = usage.bytesPerDay() == 0 ? "" : " of " + SessionText.size(usage.bytesPerDay());
        return "Active: " + SessionText.count(usage.files(), "file transfer", "file transfers")
                + ", " + SessionText.count(usage.calls(), "call", "calls")
                + ", " + SessionText.count(usage.channels(), "relay channel", "relay channels")
                + ". Today (UTC): " + SessionText.size(usage.bytesToday()) + limit + ".";
    }

    private static Element result(String title, String formType, String prefix, UsageView usage) {
        List<FormField> fields = new ArrayList<>();
        fields.add(FormField.formType(formType));
        fields.add(number(prefix + "files", "File transfers now", usage.files()));
        fields.add(number(prefix + "calls", "Calls now", usage.calls()));
        fields.add(number(prefix + "channels", "Relay channels now", usage.channels()));
        fields.add(number(prefix + "bytes-today", "Bytes today", usage.bytesToday()));
        fields.add(number(prefix + "file-bytes-today", "Bytes of files today", usage.fileBytesToday()));
        fields.add(number(prefix + "call-bytes-today", "Bytes of calls and channels today", usage.callBytesToday()));
        fields.add(number(prefix + "bytes-per-day", "Bytes allowed per day (0: no limit)", usage.bytesPerDay()));
        return FormResult.fields(title, fields);
    }

    private static FormField number(String var, String label, long value) {
        return FormField.answer(FieldType.TEXT_SINGLE, var, label, List.of(Long.toString(value)));
    }
}

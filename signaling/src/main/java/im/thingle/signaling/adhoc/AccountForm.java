// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.form.DataForm;
import im.thingle.signaling.form.FieldType;
import im.thingle.signaling.form.FormField;
import java.util.List;
import java.util.function.BiConsumer;

/** What the commands about accounts have in common. Immutable. */
final class AccountForm {
    /** FORM_TYPE of XEP-0133 §8.2; its nodes begin with it too. */
    static final String ADMIN = "http://jabber.org/protocol/admin";

    private AccountForm() {}

    /** A form that asks for one account, and goes on once it has a bare JID. */
    static Stage ask(String title, String instructions, BiConsumer<String, Exchange> then) {
        DataForm form = new DataForm(title, List.of(instructions),
                List.of(FormField.formType(ADMIN),
                        FormField.required(FieldType.JID_SINGLE, "accountjid", "Account (user@domain)")));
        return new Stage(form, Action.COMPLETE, (submitted, exchange) -> {
            if (areBare(submitted.all("accountjid"), exchange)) {
                then.accept(submitted.one("accountjid"), exchange);
            }
        });
    }

    /** False, and the request has been answered, if one of these prepared JIDs has a resource. */
    static boolean areBare(List<String> jids, Exchange exchange) {
        for (String jid : jids) {
            if (jid.indexOf('/') >= 0) {
                exchange.refuse(CommandError.BAD_PAYLOAD, "An account has no resource: " + jid);
                return false;
            }
        }
        return true;
    }
}

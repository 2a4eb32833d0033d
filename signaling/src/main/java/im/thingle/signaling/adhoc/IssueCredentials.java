// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.form.FieldType;
import im.thingle.signaling.form.FormField;
import im.thingle.signaling.form.FormResult;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Makes credentials for calls in the name of an account, to try a client with or to help somebody out. Immutable. */
record IssueCredentials(OperationsPort operations, InstantSource clock) implements Dialogue {
    @Override
    public void start(Asker asker, Exchange exchange) {
        exchange.ask(AccountForm.ask("Issue credentials for calls", "Fill in in whose name the calls will be.",
                (account, next) -> operations.issue(account).ifPresentOrElse(
                        credential -> next.done(validity(credential), result(account, credential)),
                        () ->
                        next.failed("There are no credentials to give: calls are off, or have no shared secret."))));
    }

    private String validity(CallCredential credential) {
        return "Valid until " + SessionText.when(credential.expires()) + ", for " + inWords(lifetime(credential)) + ".";
    }

    private Duration lifetime(CallCredential credential) {
        return Duration.between(clock.instant(), credential.expires());
    }

    private Element result(String account, CallCredential credential) {
        List<String> uris = operations.services().stream().map(CallService::uri).toList();
        return FormResult.fields("Credentials for calls of " + account, List.of(
                FormField.formType(AccountForm.ADMIN),
                FormField.answer(FieldType.JID_SINGLE, "accountjid", "Account", List.of(account)),
                own(FieldType.TEXT_SINGLE, "username", "User name", List.of(credential.username())),
                own(FieldType.TEXT_PRIVATE, "password", "Password", List.of(credential.password())),
                own(FieldType.TEXT_SINGLE, "expires", "Valid until", List.of(SessionText.when(credential.expires()))),
                own(FieldType.TEXT_SINGLE, "lifetime", "Seconds left",
                        List.of(Long.toString(lifetime(credential).toSeconds()))),
                own(FieldType.TEXT_MULTI, "uris", "Services", uris)));
    }

    private static FormField own(FieldType type, String var, String label, List<String> values) {
        return FormField.answer(type, UserStatistics.FIELDS + var, label, values);
    }

    private static String inWords(Duration lifetime) {
        return lifetime.toHours() + " h " + lifetime.toMinutesPart() + " min";
    }
}

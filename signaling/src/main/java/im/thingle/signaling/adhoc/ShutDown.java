// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.form.DataForm;
import im.thingle.signaling.form.FormField;
import im.thingle.signaling.form.FormField.Option;
import im.thingle.signaling.port.OperationsPort;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets an operator drain the service, now or a little later (XEP-0133 §4.31). It has nobody to announce that to: an
 * announcement is ignored, like any field a form does not have. Confined to its event loop.
 */
final class ShutDown implements Dialogue {
    /** The delays of XEP-0133, and none at all. */
    private static final List<Option> DELAYS = List.of(
            new Option("none", "0"), new Option("30 seconds", "30"), new Option("60 seconds", "60"),
            new Option("90 seconds", "90"), new Option("2 minutes", "120"), new Option("3 minutes", "180"),
            new Option("4 minutes", "240"), new Option("5 minutes", "300"));

    private static final DataForm FORM = new DataForm("Drain and stop the service",
            List.of("From then on nothing new is accepted.",
                    "The service stops once all transfers and calls have ended, or its drain timeout has passed."),
            List.of(FormField.formType(AccountForm.ADMIN),
                    FormField.choice("delay", "Time before it begins", DELAYS, List.of("0"))));

    private final OperationsPort operations;
    private final LongSupplier nanoTime;
    /** Who wants a drain; null: nobody does. */
    private String by;
    private long atNanos;

    ShutDown(OperationsPort operations, LongSupplier nanoTime) {
        this.operations = operations;
        this.nanoTime = nanoTime;
    }

    @Override
    public void start(Asker asker, Exchange exchange) {
        exchange.ask(new Stage(FORM, Action.COMPLETE, (submitted, next) -> {
            long delaySeconds = Long.parseLong(submitted.one("delay"));
            // The answer goes out first: afterwards there may be nobody left to give it.
            next.done(delaySeconds == 0 ? "Draining begins now." : "Draining begins in " + delaySeconds + " seconds.");
            plan(asker.account(), nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(delaySeconds));
        }));
    }

    /** Begins the drain that is due. */
    void onTick(long nowNanos) {
        if (by != null && nowNanos - atNanos >= 0) {
            String operator = by;
            by = null;
            operations.drain(operator);
        }
    }

    /** The earlier of two plans holds. */
    private void plan(String operator, long whenNanos) {
        if (by == null || whenNanos - atNanos < 0) {
            by = operator;
            atNanos = whenNanos;
        }
        onTick(nanoTime.getAsLong());
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.stanza.FaultScope;
import java.util.function.Consumer;

/**
 * Keeps a fault in what comes of a port's answer from getting lost with whoever gave it, and the request it was about
 * from staying without an answer. Confined to its event loop.
 */
interface FaultGuard extends FaultScope {
    /**
     * Goes on with the present request when an outcome is there; a fault is reported, and answers it if nothing did.
     */
    <T> Consumer<T> guarded(Consumer<T> then);

    /**
     * Goes on with what the present scope is about, and not with the request, any number of times; a fault is reported.
     */
    Consumer<Runnable> scoped();

    /** Does something that is about no request; a fault is reported. */
    void run(Runnable task);
}

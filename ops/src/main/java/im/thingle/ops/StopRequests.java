// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import java.util.concurrent.CompletableFuture;

/**
 * What is asked of the whole process: the first signal asks to drain, the second to cut; operators ask to drain. Safe
 * from any thread.
 */
final class StopRequests {
    private final CompletableFuture<Void> drain = new CompletableFuture<>();
    private final CompletableFuture<Void> cut = new CompletableFuture<>();

    /** A signal. */
    void request() {
        if (!drain.complete(null)) {
            cut.complete(null);
        }
    }

    /** An operator's wish, who may repeat it without cutting anything. */
    void requestDrain() {
        drain.complete(null);
    }

    CompletableFuture<Void> drain() {
        return drain;
    }

    CompletableFuture<Void> cut() {
        return cut;
    }
}

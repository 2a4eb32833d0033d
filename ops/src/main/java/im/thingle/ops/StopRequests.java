// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import java.util.concurrent.CompletableFuture;

/** What signals have asked for: the first asks to drain, the second to cut. Safe from any thread. */
final class StopRequests {
    private final CompletableFuture<Void> drain = new CompletableFuture<>();
    private final CompletableFuture<Void> cut = new CompletableFuture<>();

    void request() {
        if (!drain.complete(null)) {
            cut.complete(null);
        }
    }

    CompletableFuture<Void> drain() {
        return drain;
    }

    CompletableFuture<Void> cut() {
        return cut;
    }
}

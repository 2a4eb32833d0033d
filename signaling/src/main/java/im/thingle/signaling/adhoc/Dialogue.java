// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

/** What a command says and asks, from its first request on. Confined to its event loop. */
@FunctionalInterface
interface Dialogue {
    /** Answers the first request: with the result, or with a {@link Stage}, whose answer comes in the next exchange. */
    void start(Asker asker, Exchange exchange);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.Optional;
import java.util.function.Consumer;

/** Calls between two parties that each have an ICE leg with us. Safe from any thread, never blocks. */
public interface MediaPort {
    /**
     * Opens both legs of a call.
     *
     * @param components 1, or 2 where RTCP has ports of its own
     * @param whenDone told once, from any thread; empty: no ports, a limit, or we go down
     */
    void open(StreamParties parties, int components, MediaListener listener, Consumer<Optional<MediaCall>> whenDone);

    /** Calls that end with us; empty: there are none. */
    default Optional<MirrorPort> mirror() {
        return Optional.empty();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.List;
import java.util.function.Consumer;

/** What SOCKS5 Bytestreams (XEP-0065) needs of a data plane. Implementations are safe from any thread. */
public interface RelayPort {
    /** The streamhosts to tell clients, best first; never empty, and answered even while the relay is full. */
    List<Streamhost> streamhosts();

    /**
     * Opens the bytestream whose two sockets are parked under the request's hash.
     *
     * @param whenDone called exactly once, from any thread, possibly before this method returns
     */
    void activate(ActivationRequest request, Consumer<ActivationOutcome> whenDone);
}

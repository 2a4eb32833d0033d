// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.function.Consumer;

/** What Jingle Relay Nodes (XEP-0278) needs of a data plane: UDP channels. Implementations are safe from any thread. */
public interface ChannelsPort {
    /**
     * Opens a channel.
     *
     * @param whenDone called exactly once, from any thread, possibly before this method returns
     */
    void open(ChannelRequest request, Consumer<ChannelOutcome> whenDone);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/** Gets what came of a request for a channel: one of the two, once, on some event loop. */
public interface ChannelAnswer {
    /** @param channel how it begins: its ports are what matters */
    void opened(ChannelReport channel);

    void refused(ChannelRefusal why);
}

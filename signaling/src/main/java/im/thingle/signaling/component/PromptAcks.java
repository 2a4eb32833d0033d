// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import jdk.net.ExtendedSocketOptions;

/**
 * Has the kernel acknowledge at once what a link has read. Else it waits for up to 40 ms for an answer to send the
 * acknowledgement along with (RFC 9293 §3.8.6.3), and a server that collects small writes until the last one is
 * acknowledged (§3.7.4) keeps the next stanza back for as long: COMPAT(Prosody, all versions), unless
 * {@code nagle = false}. Immutable.
 */
final class PromptAcks {
    private static final ChannelOption<Boolean> EPOLL = EpollChannelOption.TCP_QUICKACK;
    private static final ChannelOption<Boolean> NIO = NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK);

    private PromptAcks() {}

    /**
     * To be called after each read, and after its answers, which take the acknowledgement along; the kernel forgets it
     * soon.
     */
    static void send(Channel channel) {
        if (channel.isActive() && !channel.config().setOption(EPOLL, true)) {
            channel.config().setOption(NIO, true); // and where the system has none, nothing is lost but time
        }
    }
}

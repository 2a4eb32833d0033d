// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.config.RelayNodesSettings;
import im.thingle.relay.media.ChannelAnswer;
import im.thingle.relay.media.ChannelCommands;
import im.thingle.relay.media.ChannelOwner;
import im.thingle.relay.media.ChannelRefusal;
import im.thingle.relay.media.ChannelReport;
import im.thingle.signaling.port.ChannelOutcome;
import im.thingle.signaling.port.ChannelRequest;
import im.thingle.signaling.port.ChannelsPort;
import im.thingle.stun.attribute.TransportAddress;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Consumer;

/** Joins what signaling asks for to the relay's channels. Safe from any thread. */
public final class ChannelsAdapter implements ChannelsPort {
    private final ChannelCommands commands;
    private final RelayNodesSettings settings;

    public ChannelsAdapter(ChannelCommands commands, RelayNodesSettings settings) {
        this.commands = commands;
        this.settings = settings;
    }

    @Override
    public void open(ChannelRequest request, Consumer<ChannelOutcome> whenDone) {
        commands.open(new ChannelOwner(request.account(), request.requester()), new ChannelAnswer() {
            @Override
            public void opened(ChannelReport channel) {
                whenDone.accept(outcome(channel, settings));
            }

            @Override
            public void refused(ChannelRefusal why) {
                whenDone.accept(outcome(why));
            }
        });
    }

    static ChannelOutcome outcome(ChannelReport channel, RelayNodesSettings settings) {
        return new ChannelOutcome.Opened(channel.id(), host(channel.local()), channel.local().port(),
                channel.remote().port(), settings.kbpsPerChannel(), (int) settings.idleTimeout().toSeconds());
    }

    static ChannelOutcome outcome(ChannelRefusal why) {
        return new ChannelOutcome.Refused(switch (why) {
            case CHANNELS_PER_JID, BYTES_PER_DAY -> ChannelOutcome.Reason.ACCOUNT_LIMIT;
            case CHANNELS_TOTAL -> ChannelOutcome.Reason.LIMIT;
            case PORTS_EXHAUSTED, OUT_OF_DESCRIPTORS -> ChannelOutcome.Reason.NO_PORTS;
            case DRAINING -> ChannelOutcome.Reason.DRAINING;
            case FAULT -> ChannelOutcome.Reason.FAILED;
        });
    }

    static String host(TransportAddress address) {
        try {
            return NetUtil.toAddressString(InetAddress.getByAddress(address.address()));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible); // only for lengths other than 4 and 16
        }
    }
}

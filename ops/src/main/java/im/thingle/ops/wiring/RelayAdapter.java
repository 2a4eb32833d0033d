// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.account.Refusal;
import im.thingle.relay.bytestream.ActivationAnswer;
import im.thingle.relay.bytestream.BytestreamCommands;
import im.thingle.relay.bytestream.Parties;
import im.thingle.relay.socks5.StreamKey;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.RelayPort;
import im.thingle.signaling.port.Streamhost;
import java.util.List;
import java.util.function.Consumer;

/** Joins what signaling asks for to the relay's bytestreams. Safe from any thread. */
final class RelayAdapter implements RelayPort {
    private final BytestreamCommands commands;
    private final List<Streamhost> streamhosts;

    RelayAdapter(BytestreamCommands commands, List<Streamhost> streamhosts) {
        this.commands = commands;
        this.streamhosts = List.copyOf(streamhosts);
    }

    @Override
    public List<Streamhost> streamhosts() {
        return streamhosts;
    }

    @Override
    public void activate(ActivationRequest request, Consumer<ActivationOutcome> whenDone) {
        var parties = new Parties(request.requester(), request.account(), request.target());
        commands.activate(StreamKey.parse(request.hash()), parties, new Answer(whenDone));
    }

    static ActivationOutcome outcome(Refusal why) {
        return switch (why) {
            case UNKNOWN_HASH -> ActivationOutcome.UNKNOWN_HASH;
            case ONE_LEG -> ActivationOutcome.ONE_LEG;
            case ALREADY_ACTIVE -> ActivationOutcome.ALREADY_ACTIVE;
            case STREAMS_TOTAL, STREAMS_PER_JID, STREAMS_PER_ADDRESS, BYTES_PER_DAY, OUT_OF_DESCRIPTORS ->
                ActivationOutcome.LIMITED;
            case DRAINING -> ActivationOutcome.DRAINING;
            case HANDSHAKE_MALFORMED, HANDSHAKE_TIMEOUT, METHOD_UNACCEPTABLE, COMMAND_UNSUPPORTED,
                    ADDRESS_TYPE_UNSUPPORTED, NOT_A_STREAM_HASH, HASH_TAKEN, PARKED_PER_ADDRESS, PARKED_TOTAL ->
                ActivationOutcome.FAILED;
        };
    }

    private record Answer(Consumer<ActivationOutcome> whenDone) implements ActivationAnswer {
        @Override
        public void activated() {
            whenDone.accept(ActivationOutcome.ACTIVATED);
        }

        @Override
        public void refused(Refusal why) {
            whenDone.accept(outcome(why));
        }

        @Override
        public void failed() {
            whenDone.accept(ActivationOutcome.FAILED);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.bytestream.BridgeAnswer;
import im.thingle.relay.bytestream.BridgeCommands;
import im.thingle.relay.bytestream.BridgeListener;
import im.thingle.relay.bytestream.BytestreamCommands;
import im.thingle.relay.bytestream.JoinAnswer;
import im.thingle.relay.bytestream.Parties;
import im.thingle.relay.socks5.StreamKey;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.port.StreamEnd;
import im.thingle.signaling.port.StreamLeg;
import im.thingle.signaling.port.StreamMeter;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.port.Streamhost;
import im.thingle.signaling.port.StreamsPort;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Joins what signaling asks for in a brokered session to the relay's bytestreams; answers come on the relay's event
 * loops. Safe from any thread.
 */
final class StreamsAdapter implements StreamsPort {
    private final BytestreamCommands commands;
    private final List<Streamhost> streamhosts;
    private final InBandBytes inBand;

    /** @param inBand meters what goes past the sockets */
    StreamsAdapter(BytestreamCommands commands, List<Streamhost> streamhosts, InBandBytes inBand) {
        this.commands = commands;
        this.inBand = inBand;
        this.streamhosts = List.copyOf(streamhosts);
    }

    @Override
    public List<Streamhost> streamhosts() {
        return streamhosts;
    }

    @Override
    public void expect(StreamLeg leg) {
        commands.expect(keys(leg));
    }

    @Override
    public void release(StreamLeg leg) {
        commands.release(keys(leg));
    }

    @Override
    public void join(StreamLeg first, StreamLeg second, StreamParties parties, Consumer<ActivationOutcome> whenDone,
            Consumer<StreamEnd> whenEnded) {
        commands.join(keys(first), keys(second), relayed(parties), new Joined(whenDone, whenEnded));
    }

    @Override
    public void bridge(StreamLeg leg, StreamParties parties, ByteStreamListener listener,
            Consumer<Optional<ByteStream>> whenDone) {
        commands.bridge(keys(leg), relayed(parties), new Listener(listener), new Bridged(whenDone));
    }

    @Override
    public StreamMeter meter(StreamParties parties) {
        return inBand.meter(parties);
    }

    @Override
    public void cut(StreamLeg leg) {
        commands.cut(keys(leg));
    }

    private static List<StreamKey> keys(StreamLeg leg) {
        return leg.hashes().stream().map(StreamKey::parse).toList();
    }

    private static Parties relayed(StreamParties parties) {
        return new Parties(parties.requester(), parties.account(), parties.target(), parties.session());
    }

    private record Joined(Consumer<ActivationOutcome> whenDone, Consumer<StreamEnd> whenEnded) implements JoinAnswer {
        @Override
        public void activated() {
            whenDone.accept(ActivationOutcome.ACTIVATED);
        }

        @Override
        public void refused(Refusal why) {
            whenDone.accept(RelayAdapter.outcome(why));
        }

        @Override
        public void failed() {
            whenDone.accept(ActivationOutcome.FAILED);
        }

        @Override
        public void ended(StreamReport report) {
            whenEnded.accept(new StreamEnd(
                    report.bytesFromFirst() + report.bytesFromSecond(),
                    report.reason() == CloseReason.COMPLETED,
                    report.reason().word()));
        }
    }

    private record Bridged(Consumer<Optional<ByteStream>> whenDone) implements BridgeAnswer {
        @Override
        public void bridged(BridgeCommands leg) {
            whenDone.accept(Optional.of(new Stream(leg)));
        }

        @Override
        public void refused(Refusal why) {
            whenDone.accept(Optional.empty());
        }

        @Override
        public void failed() {
            whenDone.accept(Optional.empty());
        }
    }

    private record Stream(BridgeCommands leg) implements ByteStream {
        @Override
        public void read() {
            leg.read();
        }

        @Override
        public void write(byte[] bytes) {
            leg.write(bytes);
        }

        @Override
        public void finish() {
            leg.endOutput();
        }

        @Override
        public void cut() {
            leg.cut();
        }
    }

    private record Listener(ByteStreamListener told) implements BridgeListener {
        @Override
        public void data(byte[] bytes) {
            told.data(bytes);
        }

        @Override
        public void written() {
            told.written();
        }

        @Override
        public void ended() {
            told.ended();
        }

        @Override
        public void broken(CloseReason why) {
            told.broken(why.word());
        }
    }
}

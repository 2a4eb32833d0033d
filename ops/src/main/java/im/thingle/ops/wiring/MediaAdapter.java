// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.media.CallAnswer;
import im.thingle.relay.media.CallCommands;
import im.thingle.relay.media.CallControl;
import im.thingle.relay.media.CallListener;
import im.thingle.relay.media.CallOwner;
import im.thingle.relay.media.CallParty;
import im.thingle.relay.media.CallRefusal;
import im.thingle.relay.media.CallReport;
import im.thingle.relay.media.IceCandidate;
import im.thingle.relay.media.IceDescription;
import im.thingle.relay.turn.ServerCertificate;
import im.thingle.signaling.port.MediaCall;
import im.thingle.signaling.port.MediaCandidate;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaEnd;
import im.thingle.signaling.port.MediaListener;
import im.thingle.signaling.port.MediaParty;
import im.thingle.signaling.port.MediaPort;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.port.StreamParties;
import im.thingle.stun.attribute.TransportAddress;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Joins what signaling asks for in a brokered call to the relay's ICE legs. Safe from any thread. */
public final class MediaAdapter implements MediaPort {
    private static final String UDP = "udp";

    private final CallCommands commands;
    private final MirrorPort mirror;

    /** @param certificate what calls that end here are secured with */
    public MediaAdapter(CallCommands commands, ServerCertificate certificate) {
        this.commands = commands;
        mirror = new MirrorAdapter(commands, certificate);
    }

    @Override
    public Optional<MirrorPort> mirror() {
        return Optional.of(mirror);
    }

    @Override
    public void open(
            StreamParties parties, int components, MediaListener listener, Consumer<Optional<MediaCall>> whenDone) {
        CallOwner owner =
                new CallOwner(parties.account(), parties.requester(), parties.target(), parties.session());
        commands.open(owner, components, new Listener(listener), new CallAnswer() {
            @Override
            public void opened(CallControl call, IceDescription initiator, IceDescription responder) {
                whenDone.accept(Optional.of(new Call(call, told(initiator), told(responder))));
            }

            @Override
            public void refused(CallRefusal why) {
                whenDone.accept(Optional.empty());
            }
        });
    }

    private record Call(CallControl control, MediaDescription initiator, MediaDescription responder)
            implements MediaCall {
        @Override
        public MediaDescription ours(MediaParty party) {
            return party == MediaParty.INITIATOR ? initiator : responder;
        }

        @Override
        public void theirs(MediaParty party, MediaDescription theirs) {
            understood(theirs).ifPresent(description -> control.theirs(relayed(party), description));
        }

        @Override
        public void reduce(int components) {
            control.reduce(components);
        }

        @Override
        public void start(MediaParty party) {
            control.start(relayed(party));
        }

        @Override
        public void end() {
            control.end();
        }

        @Override
        public void bundled() {
            control.bundled();
        }
    }

    private record Listener(MediaListener told) implements CallListener {
        @Override
        public void connected() {
            told.connected();
        }

        @Override
        public void restarted(CallParty party, IceDescription ours) {
            told.restarted(
                    party == CallParty.INITIATOR ? MediaParty.INITIATOR : MediaParty.RESPONDER,
                    MediaAdapter.told(ours));
        }

        @Override
        public void ended(CallReport report) {
            told.ended(new MediaEnd(report.bytes(), report.reason().word()));
        }
    }

    /** What the relay can make of it; empty if the credentials are none. */
    static Optional<IceDescription> understood(MediaDescription theirs) {
        try {
            return Optional.of(new IceDescription(theirs.fragment(), theirs.password(),
                    theirs.candidates().stream().flatMap(MediaAdapter::understood).toList()));
        } catch (IllegalArgumentException nonsense) {
            return Optional.empty();
        }
    }

    /** TCP and names, of mDNS and others, are not for us: nothing is ever looked up. */
    private static Stream<IceCandidate> understood(MediaCandidate candidate) {
        if (!UDP.equalsIgnoreCase(candidate.protocol())) {
            return Stream.empty();
        }
        try {
            var address = TransportAddress.of(InetAddress.ofLiteral(candidate.ip()).getAddress(), candidate.port());
            return Stream.of(new IceCandidate(
                    candidate.component(), candidate.foundation(), candidate.priority(), address,
                    type(candidate.type())));
        } catch (IllegalArgumentException noLiteral) {
            return Stream.empty();
        }
    }

    private static IceCandidate.Type type(String word) {
        return switch (word) {
            case "srflx" -> IceCandidate.Type.SERVER_REFLEXIVE;
            case "prflx" -> IceCandidate.Type.PEER_REFLEXIVE;
            case "relay" -> IceCandidate.Type.RELAYED;
            default -> IceCandidate.Type.HOST;
        };
    }

    /** Ours are on this machine, all of them. */
    static MediaDescription told(IceDescription ours) {
        return new MediaDescription(ours.fragment(), ours.password(), ours.candidates().stream()
                .map(each -> new MediaCandidate(each.component(), each.foundation(), each.priority(),
                        ChannelsAdapter.host(each.address()), each.address().port(), UDP, "host"))
                .toList());
    }

    private static CallParty relayed(MediaParty party) {
        return party == MediaParty.INITIATOR ? CallParty.INITIATOR : CallParty.RESPONDER;
    }
}

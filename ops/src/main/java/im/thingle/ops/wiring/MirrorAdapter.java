// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.relay.media.CallCommands;
import im.thingle.relay.media.CallControl;
import im.thingle.relay.media.CallOwner;
import im.thingle.relay.media.CallParty;
import im.thingle.relay.media.CallRefusal;
import im.thingle.relay.media.CallReport;
import im.thingle.relay.media.DtlsPeer;
import im.thingle.relay.media.IceDescription;
import im.thingle.relay.media.MirrorAnswer;
import im.thingle.relay.srtp.MirrorCounts;
import im.thingle.relay.srtp.SourceMask;
import im.thingle.relay.srtp.SrtpProfile;
import im.thingle.relay.turn.ServerCertificate;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaFingerprint;
import im.thingle.signaling.port.MirrorCall;
import im.thingle.signaling.port.MirrorEnd;
import im.thingle.signaling.port.MirrorListener;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.port.StreamParties;
import im.thingle.stun.attribute.TransportAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Joins what signaling asks for in a call to {@code echo@} to the relay's mirrored calls. Safe from any thread. */
final class MirrorAdapter implements MirrorPort {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

    private final CallCommands commands;
    private final MediaFingerprint fingerprint;

    /** @param certificate what the calls are secured with */
    MirrorAdapter(CallCommands commands, ServerCertificate certificate) {
        this.commands = commands;
        fingerprint = fingerprint(certificate);
    }

    @Override
    public MediaFingerprint fingerprint() {
        return fingerprint;
    }

    @Override
    public boolean understands(MediaFingerprint print) {
        return read(print).isPresent();
    }

    @Override
    public void open(StreamParties parties, List<MediaFingerprint> theirs, MirrorListener listener,
            Consumer<Optional<MirrorCall>> whenDone) {
        var owner = new CallOwner(parties.account(), parties.requester(), parties.target(), parties.session());
        var peer = new DtlsPeer(theirs.stream().map(MirrorAdapter::read).flatMap(Optional::stream).toList());
        commands.mirror(owner, peer, new Listener(listener), new MirrorAnswer() {
            @Override
            public void opened(CallControl call, IceDescription ours, SourceMask mask) {
                whenDone.accept(Optional.of(new Call(call, MediaAdapter.told(ours), mask)));
            }

            @Override
            public void refused(CallRefusal why) {
                whenDone.accept(Optional.empty());
            }
        });
    }

    /** Empty if it is made with a hash that is not to be trusted, or is none. */
    static Optional<DtlsPeer.Fingerprint> read(MediaFingerprint print) {
        try {
            return DtlsPeer.understands(print.hash())
                    ? Optional.of(new DtlsPeer.Fingerprint(print.hash(), COLONS.parseHex(print.value())))
                    : Optional.empty();
        } catch (IllegalArgumentException nonsense) {
            return Optional.empty();
        }
    }

    private static MediaFingerprint fingerprint(ServerCertificate certificate) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(certificate.chain().getFirst().getEncoded());
            return new MediaFingerprint("sha-256", COLONS.formatHex(digest));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has SHA-256, and a certificate has bytes", impossible);
        }
    }

    private record Call(CallControl control, MediaDescription ours, SourceMask mask) implements MirrorCall {
        @Override
        public long turned(long source) {
            return Integer.toUnsignedLong(mask.turned((int) source));
        }

        @Override
        public void theirs(MediaDescription theirs) {
            MediaAdapter.understood(theirs).ifPresent(description -> control.theirs(CallParty.INITIATOR, description));
        }

        @Override
        public void start() {
            control.start(CallParty.INITIATOR);
        }

        @Override
        public void end() {
            control.end();
        }
    }

    private record Listener(MirrorListener told) implements im.thingle.relay.media.MirrorListener {
        @Override
        public void connected() {
            told.connected();
        }

        @Override
        public void secured(SrtpProfile profile) {
            told.secured(profile.name());
        }

        @Override
        public void restarted(IceDescription ours) {
            told.restarted(MediaAdapter.told(ours));
        }

        @Override
        public void ended(CallReport report, MirrorCounts counts) {
            told.ended(end(report, counts));
        }
    }

    static MirrorEnd end(CallReport report, MirrorCounts counts) {
        Set<Integer> types = IntStream.range(0, counts.packetsOfType().length)
                .filter(type -> counts.packetsOfType()[type] > 0)
                .boxed()
                .collect(Collectors.toSet());
        return new MirrorEnd(report.reason().word(), counts.bytes(), counts.packets(), counts.bytesBack(),
                counts.packetsBack(), counts.lost(), counts.forged() + counts.replayed(), types,
                family(report.initiatorAddress()));
    }

    private static String family(TransportAddress reached) {
        return reached == null ? "" : reached.family() == TransportAddress.Family.IPV6 ? "IPv6" : "IPv4";
    }
}

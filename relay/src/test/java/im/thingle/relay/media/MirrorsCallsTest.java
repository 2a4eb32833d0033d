// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.relay.srtp.MirrorCounts;
import im.thingle.relay.srtp.SourceMask;
import im.thingle.relay.srtp.SrtpProfile;
import im.thingle.relay.turn.Certificate;
import im.thingle.relay.turn.ServerCertificate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client's media comes back to it, and nobody else's. */
@Timeout(60)
class MirrorsCallsTest {
    private static final int SOURCE = 0x4D617273;
    private static final byte[] RTP = HexFormat.of().parseHex("80e01234000000a04d617273" + "00112233445566778899");
    /** A receiver report of the source's about one of ours, whose SSRC is filled in (RFC 3550 §6.4.2). */
    private static final String REPORT = "81c90007" + "4d617273" + "%08x" + "00000000000012340000000000000000"
            + "00000000";

    private final SrtpCaller.Choice choice = new SrtpCaller.Choice();

    /** An open call, and what became of it. */
    private static final class Mirrored implements MirrorListener, MirrorAnswer {
        private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
        private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
        private final CompletableFuture<SrtpProfile> secured = new CompletableFuture<>();
        private final CompletableFuture<CallReport> ended = new CompletableFuture<>();
        private final BlockingQueue<IceDescription> restarts = new LinkedBlockingQueue<>();
        private CallControl control;
        private IceDescription ours;
        private SourceMask mask;
        private volatile MirrorCounts counts;

        @Override
        public void opened(CallControl call, IceDescription description, SourceMask turned) {
            control = call;
            ours = description;
            mask = turned;
            opened.complete(true);
        }

        @Override
        public void refused(CallRefusal why) {
            opened.completeExceptionally(new AssertionError(why));
        }

        @Override
        public void connected() {
            connected.complete(true);
        }

        @Override
        public void secured(SrtpProfile profile) {
            secured.complete(profile);
        }

        @Override
        public void restarted(IceDescription description) {
            restarts.add(description);
        }

        @Override
        public void ended(CallReport report, MirrorCounts seen) {
            counts = seen;
            ended.complete(report);
        }

        CallReport report() throws Exception {
            return ended.get(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void givesBackWhatComes(SrtpProfile profile) throws Exception {
        choice.profiles = new int[] {0x0008, profile.code()};
        try (IceServer server = IceServer.with().start(); IceClient ice = new IceClient(true, 1, "127.0.0.1")) {
            Mirrored call = connect(server, ice, choice.certificate);
            SrtpCaller caller = new SrtpCaller(ice, choice);
            int ours = call.mask.turned(SOURCE);

            assertThat(call.secured.get(10, TimeUnit.SECONDS)).isEqualTo(profile).isEqualTo(caller.profile);
            assertThat(caller.relaysCertificate)
                    .isEqualTo(IceServer.CERTIFICATE.chain().getFirst().getEncoded());
            for (int number = 0xFFFE; number < 0x10002; number++) { // over the end of the numbers
                caller.sendRtp(rtp(number, SOURCE), number);
                assertThat(caller.receiveRtp()).isEqualTo(rtp(number, ours));
            }
            caller.sendRtcp(HexFormat.of().parseHex(REPORT.formatted(ours)));
            assertThat(HexFormat.of().formatHex(caller.receiveRtcp()))
                    .isEqualTo(REPORT.formatted(SOURCE).replaceFirst("4d617273", "%08x".formatted(ours)));

            call.control.end();
            CallReport report = call.report();
            assertThat(report.reason()).isEqualTo(CallEnd.ENDED);
            assertThat(report.initiatorAddress()).isEqualTo(ice.own(1));
            assertThat(report.responderAddress()).isEqualTo(ice.relay(1));
            assertThat(call.counts.packets()).isEqualTo(call.counts.packetsBack()).isEqualTo(4);
            assertThat(call.counts.packetsOfType()[0x60]).isEqualTo(4);
            assertThat(call.counts.lost()).isZero();
        }
    }

    @Test
    void dropsWhatIsForgedOrComesTwice() throws Exception {
        try (IceServer server = IceServer.with().start(); IceClient ice = new IceClient(true, 1, "127.0.0.1")) {
            Mirrored call = connect(server, ice, choice.certificate);
            ice.send(1, RTP); // before there are keys
            SrtpCaller caller = new SrtpCaller(ice, choice);
            call.secured.get(10, TimeUnit.SECONDS);

            byte[] sent = caller.sendRtp(rtp(1, SOURCE), 1);
            ice.send(1, sent);
            byte[] forged = sent.clone();
            forged[forged.length - 1] ^= 1;
            forged[3] = 2;
            ice.send(1, forged);
            ice.send(1, new byte[] {(byte) 0x80, 0x60, 0});
            ice.send(1, new byte[] {5, 5, 5, 5, 5});
            caller.sendRtp(rtp(4, SOURCE), 4);

            assertThat(caller.receiveRtp()).isEqualTo(rtp(1, call.mask.turned(SOURCE)));
            assertThat(caller.receiveRtp()).isEqualTo(rtp(4, call.mask.turned(SOURCE)));
            call.control.end();
            assertThat(call.report().packetsDropped()).isEqualTo(5);
            assertThat(call.counts.replayed()).isEqualTo(1);
            assertThat(call.counts.forged()).isEqualTo(1);
            assertThat(call.counts.malformed()).isEqualTo(1);
            assertThat(call.counts.lost()).isEqualTo(2);
        }
    }

    @Test
    void endsACallWhoseCertificateIsAnother() throws Exception {
        try (IceServer server = IceServer.with().start(); IceClient ice = new IceClient(true, 1, "127.0.0.1")) {
            Mirrored call = connect(server, ice, Certificate.selfSigned());

            assertThatThrownBy(() -> new SrtpCaller(ice, choice)).isInstanceOf(IOException.class);

            assertThat(call.report().reason()).isEqualTo(CallEnd.WRONG_CERTIFICATE);
            assertThat(call.counts.packets()).isZero();
        }
    }

    @Test
    void endsACallWithoutACertificate() throws Exception {
        choice.showsCertificate = false;
        assertNotSecured(CallEnd.WRONG_CERTIFICATE);
    }

    @Test
    void endsACallWithoutSrtp() throws Exception {
        choice.profiles = new int[0];
        assertNotSecured(CallEnd.NOT_SECURED);
    }

    @Test
    void endsACallWithoutAProfileInCommon() throws Exception {
        choice.profiles = new int[] {0x0005};
        assertNotSecured(CallEnd.NOT_SECURED);
    }

    @Test
    void endsWhatIsNotSecuredInTime() throws Exception {
        try (IceServer server = IceServer.with().start(); IceClient ice = new IceClient(true, 1, "127.0.0.1")) {
            Mirrored call = connect(server, ice, choice.certificate);

            server.advance(Duration.ofMillis(9_999));
            assertThat(server.list()).hasSize(1);
            server.advance(Duration.ofMillis(2));

            assertThat(call.report().reason()).isEqualTo(CallEnd.NOT_SECURED);
        }
    }

    /** What is secured stays so when ICE begins anew (RFC 8445 §9). */
    @Test
    void survivesARestart() throws Exception {
        try (IceServer server = IceServer.with().start(); IceClient ice = new IceClient(true, 1, "127.0.0.1")) {
            Mirrored call = connect(server, ice, choice.certificate);
            SrtpCaller caller = new SrtpCaller(ice, choice);

            ice.restart(true);
            call.control.theirs(CallParty.INITIATOR, ice.description());
            ice.start(call.restarts.poll(10, TimeUnit.SECONDS));
            String before = call.ours.fragment();
            server.awaitThat(report -> report.initiatorAddress().equals(ice.own(1)));
            caller.sendRtp(rtp(7, SOURCE), 7);

            assertThat(caller.receiveRtp()).isEqualTo(rtp(7, call.mask.turned(SOURCE)));
            assertThat(before).isNotEmpty();
        }
    }

    private void assertNotSecured(CallEnd reason) throws Exception {
        try (IceServer server = IceServer.with().start(); IceClient ice = new IceClient(true, 1, "127.0.0.1")) {
            Mirrored call = connect(server, ice, choice.certificate);

            assertThatThrownBy(() -> new SrtpCaller(ice, choice)).isInstanceOf(Exception.class);

            assertThat(call.report().reason()).isEqualTo(reason);
        }
    }

    private static Mirrored connect(IceServer server, IceClient ice, ServerCertificate announced) throws Exception {
        byte[] print = MessageDigest.getInstance("SHA-256").digest(announced.chain().getFirst().getEncoded());
        DtlsPeer peer = new DtlsPeer(List.of(
                new DtlsPeer.Fingerprint("sha-1", new byte[20]), new DtlsPeer.Fingerprint("SHA-256", print)));
        Mirrored call = new Mirrored();
        server.service.commands().mirror(IceServer.ROMEO, peer, call, call);
        call.opened.get(10, TimeUnit.SECONDS);
        call.control.theirs(CallParty.INITIATOR, ice.description());
        call.control.start(CallParty.INITIATOR);
        ice.start(call.ours);
        call.connected.get(10, TimeUnit.SECONDS);
        return call;
    }

    private static byte[] rtp(int number, int source) {
        ByteBuffer packet = ByteBuffer.allocate(RTP.length).put(RTP);
        return packet.putShort(2, (short) number).putInt(8, source).array();
    }
}

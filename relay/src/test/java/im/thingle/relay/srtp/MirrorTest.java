// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who has sent it becomes who it is about, wherever RFC 3550, 3611, 4585 and 5104 have an SSRC, and nothing else
 * changes.
 */
class MirrorTest {
    private static final SourceMask MASK = new SourceMask(0x11111111);
    private static final int ROUNDS = 20;
    private static final int PACKETS = 2_000;

    /** Client's SSRC aaaaaaaa is bbbbbbbb of ours; cccccccc is dddddddd. */
    static Stream<String[]> packets() {
        String figures = "0102030405060708090a0b0c0d0e0f1011121314";
        return Stream.of(
                new String[] {"SR", "82c80012aaaaaaaa" + figures + "bbbbbbbb" + figures + "dddddddd" + figures,
                    "82c80012bbbbbbbb" + figures + "aaaaaaaa" + figures + "cccccccc" + figures},
                new String[] {"RR", "81c90007aaaaaaaabbbbbbbb" + figures, "81c90007bbbbbbbbaaaaaaaa" + figures},
                new String[] {"SDES", "82ca0006aaaaaaaa" + "0103616263000000" + "cccccccc" + "010161" + "0000000000",
                    "82ca0006bbbbbbbb" + "0103616263000000" + "dddddddd" + "010161" + "0000000000"},
                new String[] {"BYE", "82cb0002aaaaaaaacccccccc", "82cb0002bbbbbbbbdddddddd"},
                new String[] {"BYE of nobody", "80cb0000", "80cb0000"},
                new String[] {"APP", "80cc0003aaaaaaaa4e616d65aaaaaaaa", "80cc0003bbbbbbbb4e616d65aaaaaaaa"},
                new String[] {"NACK", "81cd0003aaaaaaaabbbbbbbbbbbbbbbb", "81cd0003bbbbbbbbaaaaaaaabbbbbbbb"},
                new String[] {"TWCC", "8fcd0004aaaaaaaabbbbbbbb0001000100000100", null},
                new String[] {"PLI", "81ce0002aaaaaaaabbbbbbbb", "81ce0002bbbbbbbbaaaaaaaa"},
                new String[] {"FIR", "84ce0006aaaaaaaa00000000bbbbbbbb01000000dddddddd02000000",
                    "84ce0006bbbbbbbb00000000aaaaaaaa01000000cccccccc02000000"},
                new String[] {"REMB", "8fce0006aaaaaaaa0000000052454d4202010203bbbbbbbbdddddddd",
                    "8fce0006bbbbbbbb0000000052454d4202010203aaaaaaaacccccccc"},
                new String[] {"XR", "80cf0009aaaaaaaa" + "04000002bbbbbbbbbbbbbbbb" + "05000003bbbbbbbb0102030405060708"
                    + "06000001", "80cf0009bbbbbbbb" + "04000002bbbbbbbbbbbbbbbb" + "05000003aaaaaaaa0102030405060708"
                    + "06000001"},
                new String[] {"compound", "80c90001aaaaaaaa" + "81ce0002aaaaaaaabbbbbbbb",
                    "80c90001bbbbbbbb" + "81ce0002bbbbbbbbaaaaaaaa"});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("packets")
    void turnsSourcesRound(String name, String packet, String turned) {
        byte[] bytes = sound(packet);
        byte[] before = bytes.clone();

        assertThat(Rtcp.turn(bytes, bytes.length, MASK)).isTrue();
        if (turned != null) {
            assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(HexFormat.of().formatHex(sound(turned)));
        }
        assertThat(Rtcp.turn(bytes, bytes.length, MASK)).isTrue();
        assertThat(bytes).isEqualTo(before);
    }

    @Test
    void leavesNobodyAsNobody() {
        assertThat(MASK.turned(0)).isZero();
        assertThat(MASK.turned(MASK.turned(0xAAAAAAAA))).isEqualTo(0xAAAAAAAA).isNotEqualTo(MASK.turned(0xAAAAAAAA));
    }

    @Test
    void takesNothingThatIsLongerThanItIs() {
        for (String packet : new String[] {"81c90007aaaaaaaabbbbbbbb", "41c90001aaaaaaaa", "80c9",
                "80c90001aaaaaaaa80"}) {
            byte[] bytes = HexFormat.of().parseHex(packet);
            assertThat(Rtcp.turn(bytes, bytes.length, MASK)).as(packet).isFalse();
        }
    }

    /** Whatever a party with keys may send: an answer or none, and never an exception. */
    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void survivesWhateverIsSealed(SrtpProfile profile) {
        SrtpMaster master = new SrtpMaster(new byte[16], new byte[profile.saltBytes()]);
        SrtpSender party = new SrtpSender(profile, master);
        Mirror mirror = new Mirror(new SrtpReceiver(profile, master), new SrtpSender(profile, master), MASK);
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] packet = new byte[200];
            int length = 8 + 4 * random.nextInt(16);
            random.nextBytes(packet);
            Bytes.putInt(packet, 0, 0x80C00000 | random.nextInt(32) << 24 | random.nextInt(32) << 16
                    | random.nextInt(20));
            Bytes.putInt(packet, 4, random.nextInt(8));
            int sealed = party.sealRtcp(packet, length);

            assertThat(mirror.onPacket(packet, sealed)).isBetween(0, sealed);
            random.nextBytes(packet);
            assertThat(mirror.onPacket(packet, random.nextInt(180))).isZero();
        }
    }

    /** Else packets of two sources would be sealed with one index, which gives both away. */
    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void returnsNothingOfSourcesThatWouldBecomeOne(SrtpProfile profile) {
        SrtpMaster master = new SrtpMaster(new byte[16], new byte[profile.saltBytes()]);
        SrtpSender party = new SrtpSender(profile, master);
        Mirror mirror = new Mirror(new SrtpReceiver(profile, master), new SrtpSender(profile, master), MASK);
        for (int ssrc : new int[] {0, MASK.bits()}) {
            byte[] packet = new byte[200];
            Bytes.putInt(packet, 0, 0x80600001);
            Bytes.putInt(packet, Rtp.SSRC_AT, ssrc);

            assertThat(mirror.onPacket(packet, party.sealRtp(packet, 40, 1))).isZero();
        }
        assertThat(mirror.counts().malformed()).isEqualTo(2);
    }

    /** The JDK's GCM has to be begun anew, with objects of its own, for each packet. */
    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void allocatesLittleForAPacket(SrtpProfile profile) {
        SrtpMaster master = new SrtpMaster(new byte[16], new byte[profile.saltBytes()]);
        SrtpSender party = new SrtpSender(profile, master);
        Mirror mirror = new Mirror(new SrtpReceiver(profile, master), new SrtpSender(profile, master), MASK);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[][] packets = new byte[PACKETS][];
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < PACKETS; i++) {
                packets[i] = rtp(party, round * PACKETS + i);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (byte[] packet : packets) {
                mirror.onPacket(packet, packet.length);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(mirror.counts().packets()).isEqualTo(ROUNDS * PACKETS);
        assertThat(least / PACKETS).isLessThan(profile == SrtpProfile.AES128_CM_HMAC_SHA1_80 ? 128 : 4096);
    }

    private static byte[] rtp(SrtpSender party, long index) {
        byte[] packet = new byte[1200];
        ByteBuffer.wrap(packet).putShort((short) 0x8060).putShort((short) index).putInt(0).putInt(1);
        return Arrays.copyOf(packet, party.sealRtp(packet, 1150, index));
    }

    /** With the length that it has, where there is one packet. */
    private static byte[] sound(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (!hex.startsWith("80c9")) {
            bytes[2] = 0;
            bytes[3] = (byte) (bytes.length / 4 - 1);
        }
        return bytes;
    }
}

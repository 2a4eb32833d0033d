// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Opens what is authentic and new (RFC 3711 §3.3), and nothing else. */
class SrtpReceiverTest {
    private static final int SOURCE = 0xCAFEBABE;
    private static final int LENGTH = 40;

    private SrtpSender sender;
    private SrtpReceiver receiver;

    private void with(SrtpProfile profile) {
        SrtpMaster master = new SrtpMaster(new byte[16], new byte[profile.saltBytes()]);
        sender = new SrtpSender(profile, master);
        receiver = new SrtpReceiver(profile, master);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void followsTheNumbersOverTheirEnd(SrtpProfile profile) {
        with(profile);
        for (long index : new long[] {0xFFFE, 0xFFFF, 0x10001, 0xFFFD, 0x10000, 0x18000, 0x1FFFF, 0x20003, 0x1FFFE}) {
            assertThat(open(rtp(SOURCE, index))).as(Long.toHexString(index)).isEqualTo(LENGTH);
            assertThat(receiver.index()).isEqualTo(index);
        }
        assertThat(receiver.lost()).isEqualTo(0x20003 - 0xFFFD + 1 - 9);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void takesNothingTwice(SrtpProfile profile) {
        with(profile);
        for (long index : new long[] {100, 101, 163, 99}) {
            byte[] packet = rtp(SOURCE, index);
            assertThat(open(packet)).isGreaterThanOrEqualTo(index == 99 ? SrtpReceiver.REPLAYED : LENGTH);
            assertThat(open(packet)).isEqualTo(SrtpReceiver.REPLAYED);
        }
        assertThat(open(rtp(SOURCE, 102))).isEqualTo(LENGTH);
        assertThat(open(rtp(SOURCE + 1, 102))).isEqualTo(LENGTH);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void takesNothingThatWasChangedOrCut(SrtpProfile profile) {
        with(profile);
        byte[] rtp = rtp(SOURCE, 7);
        byte[] rtcp = rtcp();
        for (int bit = 0; bit < rtp.length * Byte.SIZE; bit++) {
            assertThat(open(flipped(rtp, bit))).isNegative();
        }
        for (int bit = 0; bit < rtcp.length * Byte.SIZE; bit++) {
            byte[] changed = flipped(rtcp, bit);
            assertThat(receiver.openRtcp(changed, changed.length)).isNegative();
        }
        for (int length = 0; length < rtp.length; length++) {
            assertThat(open(Arrays.copyOf(rtp, length))).isNegative();
        }
        for (int length = 0; length < rtcp.length; length++) {
            assertThat(receiver.openRtcp(Arrays.copyOf(rtcp, length), length)).isNegative();
        }
        assertThat(receiver.lost()).isZero();
        assertThat(open(rtp)).isEqualTo(LENGTH);
        assertThat(receiver.openRtcp(rtcp.clone(), rtcp.length)).isEqualTo(LENGTH);
        assertThat(receiver.openRtcp(rtcp.clone(), rtcp.length)).isEqualTo(SrtpReceiver.REPLAYED);
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void hasRoomForSoManySources(SrtpProfile profile) {
        with(profile);
        for (int i = 0; i < 64; i++) {
            assertThat(open(rtp(SOURCE + i, 1))).isEqualTo(LENGTH);
        }
        assertThat(open(rtp(SOURCE + 64, 1))).isEqualTo(SrtpReceiver.FORGED);
        assertThat(open(rtp(SOURCE, 2))).isEqualTo(LENGTH);
    }

    private int open(byte[] packet) {
        byte[] copy = packet.clone();
        return receiver.openRtp(copy, copy.length);
    }

    private byte[] rtp(int source, long index) {
        byte[] packet = new byte[LENGTH + 32];
        ByteBuffer.wrap(packet).putShort((short) 0x8060).putShort((short) index).putInt(0).putInt(source);
        return Arrays.copyOf(packet, sender.sealRtp(packet, LENGTH, index));
    }

    private byte[] rtcp() {
        byte[] packet = new byte[LENGTH + 32];
        ByteBuffer.wrap(packet).putInt(0x80C80000 | LENGTH / 4 - 1).putInt(SOURCE);
        return Arrays.copyOf(packet, sender.sealRtcp(packet, LENGTH));
    }

    private static byte[] flipped(byte[] packet, int bit) {
        byte[] changed = packet.clone();
        changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return changed;
    }
}

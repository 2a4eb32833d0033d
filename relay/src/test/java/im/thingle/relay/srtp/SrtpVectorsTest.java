// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

import static im.thingle.relay.srtp.SrtpProfile.AEAD_AES_128_GCM;
import static im.thingle.relay.srtp.SrtpProfile.AES128_CM_HMAC_SHA1_80;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What the RFCs give, and the packets that libsrtp checks itself with. */
class SrtpVectorsTest {
    private static final SrtpMaster MASTER =
            new SrtpMaster(hex("e1f97a0d3e018be0d64fa32c06de4139"), hex("0ec675ad498afeebb6960b3aabe6"));
    private static final String PLAIN_RTP = "800f1234decafbadcafebabe" + "ab".repeat(16);
    private static final String PLAIN_RTCP = "81c8000bcafebabe" + "ab".repeat(16);

    /** RFC 3711 appendix B.3. */
    @Test
    void derivesKeys() {
        SrtpKeys keys = SrtpKeys.ofRtp(AES128_CM_HMAC_SHA1_80, MASTER);

        assertThat(keys.encryption()).isEqualTo(hex("c61e7a93744f39ee10734afe3ff7a087"));
        assertThat(keys.salt()).isEqualTo(hex("30cbbc08863d8c85d49db34a9ae1"));
        assertThat(keys.authentication()).isEqualTo(hex("cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
    }

    /** libsrtp test/srtp_driver.c. */
    @Test
    void sealsAndOpensInCounterMode() {
        String sealed = "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb";

        checkRtp(AES128_CM_HMAC_SHA1_80, MASTER, PLAIN_RTP, 0x1234, sealed);
        checkRtcp(AES128_CM_HMAC_SHA1_80, MASTER, PLAIN_RTCP,
                "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798");
    }

    /** libsrtp test/srtp_driver.c. */
    @Test
    void sealsAndOpensInGaloisMode() {
        SrtpMaster master = new SrtpMaster(hex("000102030405060708090a0b0c0d0e0f"), hex("a0a1a2a3a4a5a6a7a8a9aaab"));

        checkRtp(AEAD_AES_128_GCM, master, PLAIN_RTP, 0x1234,
                "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392");
        checkRtcp(AEAD_AES_128_GCM, master, PLAIN_RTCP,
                "81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001");
    }

    /** RFC 7714 §16.1, §17.1: with the keys of the session, not made from others. */
    @Test
    void isThatOfRfc7714() {
        GcmCipher cipher = new GcmCipher(new SrtpKeys(
                hex("000102030405060708090a0b0c0d0e0f"), new byte[0], hex("517569642070726f2071756f")));
        byte[] rtp = hex("8040f17b8041f8d35501a0b2"
                + "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573");
        byte[] rtcp = hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
                + "deadbeef".repeat(5));

        byte[] packet = Arrays.copyOf(rtp, rtp.length + 16);
        cipher.sealRtp(packet, 12, rtp.length, 0xF17B);
        assertThat(packet).isEqualTo(hex("8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd5"
                + "0d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce"));

        byte[] control = Arrays.copyOf(rtcp, rtcp.length + 20);
        cipher.sealRtcp(control, rtcp.length, 0x5D4);
        assertThat(control).isEqualTo(hex("81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32d"
                + "c676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"));
    }

    private static void checkRtp(SrtpProfile profile, SrtpMaster master, String plain, long index, String sealed) {
        byte[] packet = Arrays.copyOf(hex(plain), sealed.length() / 2);
        int length = new SrtpSender(profile, master).sealRtp(packet, plain.length() / 2, index);

        assertThat(packet).isEqualTo(hex(sealed)).hasSize(length);
        SrtpReceiver receiver = new SrtpReceiver(profile, master);
        assertThat(receiver.openRtp(packet, length)).isEqualTo(plain.length() / 2);
        assertThat(Arrays.copyOf(packet, plain.length() / 2)).isEqualTo(hex(plain));
        assertThat(receiver.index()).isEqualTo(index);
    }

    private static void checkRtcp(SrtpProfile profile, SrtpMaster master, String plain, String sealed) {
        byte[] packet = Arrays.copyOf(hex(plain), sealed.length() / 2);
        int length = new SrtpSender(profile, master).sealRtcp(packet, plain.length() / 2);

        assertThat(packet).isEqualTo(hex(sealed)).hasSize(length);
        assertThat(new SrtpReceiver(profile, master).openRtcp(packet, length)).isEqualTo(plain.length() / 2);
        assertThat(Arrays.copyOf(packet, plain.length() / 2)).isEqualTo(hex(plain));
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}

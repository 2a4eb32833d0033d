// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.Vectors;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;

class MessageIntegrityTest {
    private static final SecretKey KEY = LongTermKey.md5("user", "realm", "pass");
    private static final byte[] LIFETIME_ZERO = {0x00, 0x0D, 0, 4, 0, 0, 0, 0};

    private final MessageIntegrity sha1 = MessageIntegrity.sha1();
    private final MessageIntegrity sha256 = MessageIntegrity.sha256();
    private final StunMessage message = new StunMessage();

    /** RFC 8489 §9.2.2 (and RFC 5389 §15.4) print this key. */
    @Test
    void derivesTheKeyThatTheStandardPrints() {
        assertThat(HexFormat.of().formatHex(KEY.getEncoded())).isEqualTo("8493fbc53ba582fb4c044c456bdc40eb");
    }

    @Test
    void bothKindsAndTheFingerprintStandTogether() {
        byte[] bytes = signed(true);

        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);
        assertThat(sha1.verify(message, KEY)).isTrue();
        assertThat(sha256.verify(message, KEY)).isTrue();
        assertThat(Fingerprint.verify(message)).isTrue();
    }

    @Test
    void everyChangedBitIsNoticed() {
        byte[] original = signed(false);

        for (int bit = 0; bit < original.length * 8; bit++) {
            byte[] bytes = original.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            boolean accepted = message.wrap(bytes, 0, bytes.length) == Malformed.NONE && sha256.verify(message, KEY);
            assertThat(accepted).as("bit %d", bit).isFalse();
        }
    }

    @Test
    void anotherKeyIsRefused() {
        byte[] bytes = signed(true);
        message.wrap(bytes, 0, bytes.length);

        SecretKey other = LongTermKey.md5("user", "realm", "past");

        assertThat(sha1.verify(message, other)).isFalse();
        assertThat(sha256.verify(message, other)).isFalse();
    }

    @Test
    void whatAStrangerAppendsIsNotSeen() {
        byte[] signed = Vectors.read(Vectors.REQUEST_LONG_TERM);
        byte[] bytes = Arrays.copyOf(signed, signed.length + LIFETIME_ZERO.length);
        System.arraycopy(LIFETIME_ZERO, 0, bytes, signed.length, LIFETIME_ZERO.length);
        ByteBuffer.wrap(bytes).putShort(2, (short) (bytes.length - StunMessage.HEADER_BYTES));

        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);
        assertThat(sha1.verify(message, LongTermKey.md5(Vectors.USERNAME, Vectors.REALM, Vectors.PASSWORD))).isTrue();
        assertThat(message.has(AttributeType.LIFETIME)).isFalse();
    }

    @Test
    void aTruncatedSha256IsRefused() {
        byte[] whole = Vectors.read(Vectors.REQUEST_SHA256);
        byte[] bytes = Arrays.copyOf(whole, whole.length - 16);
        ByteBuffer.wrap(bytes).putShort(2, (short) (bytes.length - StunMessage.HEADER_BYTES))
                .putShort(bytes.length - 18, (short) 16);

        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);
        assertThat(message.valueLength(message.find(AttributeType.MESSAGE_INTEGRITY_SHA256))).isEqualTo(16);
        assertThat(sha256.verify(message, LongTermKey.sha256(Vectors.USERNAME, Vectors.REALM, Vectors.PASSWORD)))
                .isFalse();
    }

    @Test
    void worksOnDirectBuffersAnywhere() {
        ByteBuffer direct = ByteBuffer.allocateDirect(300);
        StunMessageWriter writer = write(direct, 13);
        sha1.sign(writer, KEY);
        Fingerprint.sign(writer);

        assertThat(message.wrap(direct, 13, writer.length())).isEqualTo(Malformed.NONE);
        assertThat(sha1.verify(message, KEY)).isTrue();
        assertThat(Fingerprint.verify(message)).isTrue();
    }

    private byte[] signed(boolean withFingerprint) {
        byte[] array = new byte[300];
        StunMessageWriter writer = write(ByteBuffer.wrap(array), 0);
        if (withFingerprint) {
            sha1.sign(writer, KEY);
        }
        sha256.sign(writer, KEY);
        if (withFingerprint) {
            Fingerprint.sign(writer);
        }
        return Arrays.copyOf(array, writer.length());
    }

    private static StunMessageWriter write(ByteBuffer target, int at) {
        return new StunMessageWriter()
                .start(target, at, MessageType.of(MessageClass.REQUEST, Method.REFRESH), new TransactionId(1, 2))
                .add(AttributeType.LIFETIME, 600)
                .add(AttributeType.USERNAME, "user1234");
    }
}

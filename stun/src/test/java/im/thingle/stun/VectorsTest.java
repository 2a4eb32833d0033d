// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.auth.Fingerprint;
import im.thingle.stun.auth.LongTermKey;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class VectorsTest {
    private static final SecretKey SHORT_TERM_KEY =
            new SecretKeySpec(Vectors.SHORT_TERM_PASSWORD.getBytes(StandardCharsets.UTF_8), "HMAC");
    private static final TransactionId ID_OF_5769 = new TransactionId(0xb7e7a701, 0xbc34d686fa87dfaeL);

    private final StunMessage message = new StunMessage();

    @Test
    void readsTheSampleRequest() {
        wrap(Vectors.REQUEST);

        assertThat(message.type()).isEqualTo(new MessageType(MessageClass.REQUEST, Method.BINDING));
        assertThat(message.transactionId()).isEqualTo(ID_OF_5769);
        assertThat(message.text(message.find(AttributeType.SOFTWARE))).isEqualTo("STUN test client");
        assertThat(message.intAt(message.find(AttributeType.PRIORITY), 0)).isEqualTo(0x6e0001ff);
        assertThat(message.longAt(message.find(AttributeType.ICE_CONTROLLED), 0)).isEqualTo(0x932ff9b151263b36L);
        assertThat(message.text(message.find(AttributeType.USERNAME))).isEqualTo("evtj:h6vY");
        assertThat(MessageIntegrity.sha1().verify(message, SHORT_TERM_KEY)).isTrue();
        assertThat(Fingerprint.verify(message)).isTrue();
    }

    @Test
    void readsTheSampleResponseWithIpv4() {
        wrap(Vectors.RESPONSE_IPV4);

        assertThat(message.type()).isEqualTo(new MessageType(MessageClass.SUCCESS_RESPONSE, Method.BINDING));
        assertThat(AddressAttribute.read(message, AttributeType.XOR_MAPPED_ADDRESS))
                .contains(TransportAddress.of(new byte[] {(byte) 192, 0, 2, 1}, 32853));
        assertThat(MessageIntegrity.sha1().verify(message, SHORT_TERM_KEY)).isTrue();
        assertThat(Fingerprint.verify(message)).isTrue();
    }

    @Test
    void readsTheSampleResponseWithIpv6() {
        wrap(Vectors.RESPONSE_IPV6);

        byte[] address = HexFormat.of().parseHex("20010db8123456780011223344556677");
        assertThat(AddressAttribute.read(message, AttributeType.XOR_MAPPED_ADDRESS))
                .contains(TransportAddress.of(address, 32853));
        assertThat(MessageIntegrity.sha1().verify(message, SHORT_TERM_KEY)).isTrue();
        assertThat(Fingerprint.verify(message)).isTrue();
    }

    @Test
    void readsTheSampleRequestWithLongTermAuthentication() {
        wrap(Vectors.REQUEST_LONG_TERM);

        SecretKey key = LongTermKey.md5(Vectors.USERNAME, Vectors.REALM, Vectors.PASSWORD);
        assertThat(message.text(message.find(AttributeType.USERNAME))).isEqualTo(Vectors.USERNAME);
        assertThat(message.text(message.find(AttributeType.NONCE))).isEqualTo("f//499k954d6OL34oL9FSTvy64sA");
        assertThat(message.text(message.find(AttributeType.REALM))).isEqualTo(Vectors.REALM);
        assertThat(MessageIntegrity.sha1().verify(message, key)).isTrue();
        assertThat(MessageIntegrity.sha256().verify(message, key)).isFalse();
        assertThat(Fingerprint.verify(message)).isFalse();
    }

    @Test
    void readsTheSampleRequestWithSha256() {
        wrap(Vectors.REQUEST_SHA256);

        SecretKey key = LongTermKey.sha256(Vectors.USERNAME, Vectors.REALM, Vectors.PASSWORD);
        assertThat(message.valueLength(message.find(AttributeType.USERHASH))).isEqualTo(32);
        assertThat(message.intAt(message.find(AttributeType.PASSWORD_ALGORITHM), 0)).isEqualTo(0x0002_0000);
        assertThat(MessageIntegrity.sha256().verify(message, key)).isTrue();
        assertThat(MessageIntegrity.sha1().verify(message, key)).isFalse();
    }

    @Test
    void writesTheSampleRequestWithSha256ToTheByte() {
        byte[] expected = Vectors.read(Vectors.REQUEST_SHA256);
        wrap(Vectors.REQUEST_SHA256);
        ByteBuffer target = ByteBuffer.allocate(expected.length);
        StunMessageWriter writer = new StunMessageWriter().start(target, 0, message.type(), message.transactionId());

        writer.add(AttributeType.USERHASH, message.value(message.find(AttributeType.USERHASH)))
                .add(AttributeType.NONCE, "obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA")
                .add(AttributeType.REALM, Vectors.REALM)
                .add(AttributeType.PASSWORD_ALGORITHM, 0x0002_0000);
        MessageIntegrity.sha256()
                .sign(writer, LongTermKey.sha256(Vectors.USERNAME, Vectors.REALM, Vectors.PASSWORD));

        assertThat(target.array()).isEqualTo(expected);
    }

    @Test
    void writesTheLongTermRequestToTheByte() {
        byte[] expected = Vectors.read(Vectors.REQUEST_LONG_TERM);
        ByteBuffer target = ByteBuffer.allocate(expected.length);
        StunMessageWriter writer = new StunMessageWriter()
                .start(target, 0, MessageType.of(MessageClass.REQUEST, Method.BINDING),
                        new TransactionId(0x78ad3433, 0xc6ad72c029da412eL));

        writer.add(AttributeType.USERNAME, Vectors.USERNAME)
                .add(AttributeType.NONCE, "f//499k954d6OL34oL9FSTvy64sA")
                .add(AttributeType.REALM, Vectors.REALM);
        MessageIntegrity.sha1().sign(writer, LongTermKey.md5(Vectors.USERNAME, Vectors.REALM, Vectors.PASSWORD));

        assertThat(target.array()).isEqualTo(expected);
    }

    private void wrap(String name) {
        byte[] bytes = Vectors.read(name);
        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);
    }
}

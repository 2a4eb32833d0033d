// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.auth.Fingerprint;
import im.thingle.stun.auth.LongTermKey;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import org.ice4j.StunException;
import org.ice4j.Transport;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.AttributeFactory;
import org.ice4j.attribute.ChannelNumberAttribute;
import org.ice4j.attribute.ErrorCodeAttribute;
import org.ice4j.attribute.LifetimeAttribute;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.attribute.RequestedTransportAttribute;
import org.ice4j.attribute.XorMappedAddressAttribute;
import org.ice4j.attribute.XorPeerAddressAttribute;
import org.ice4j.message.Message;
import org.ice4j.message.MessageFactory;
import org.ice4j.message.Request;
import org.ice4j.security.CredentialsAuthority;
import org.ice4j.stack.RawMessage;
import org.ice4j.stack.StunStack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another implementation reads what we write, and we read what it writes. */
class Ice4jOracleTest {
    private static final String USERNAME = "1763800000:juliet";
    private static final SecretKey KEY = LongTermKey.md5(USERNAME, "example.org", "secret");
    private static final byte[] TRANSACTION_ID = HexFormat.of().parseHex("b7e7a701bc34d686fa87dfae");
    private static final int PORT = 32853;

    private final StunStack ice4j = new StunStack();
    private final StunMessage message = new StunMessage();

    @BeforeEach
    void shareTheKey() {
        ice4j.getCredentialsManager().registerAuthority(new OneKey());
    }

    @AfterEach
    void shutDown() {
        ice4j.shutDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c0000201", "20010db8123456780011223344556677"})
    void readsItsCreatePermissionRequest(String addressHex) throws Exception {
        byte[] address = HexFormat.of().parseHex(addressHex);
        Request request = MessageFactory.createCreatePermissionRequest(
                new org.ice4j.TransportAddress(address, PORT, Transport.UDP), TRANSACTION_ID);
        request.setTransactionID(TRANSACTION_ID);
        MessageFactory.addLongTermCredentialAttributes(
                request, USERNAME.getBytes(StandardCharsets.UTF_8), "example.org".getBytes(StandardCharsets.UTF_8),
                "nonce".getBytes(StandardCharsets.UTF_8));
        request.putAttribute(AttributeFactory.createFingerprintAttribute());
        byte[] bytes = request.encode(ice4j);

        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);

        assertThat(message.type()).isEqualTo(new MessageType(MessageClass.REQUEST, Method.CREATE_PERMISSION));
        assertThat(message.transactionId()).hasToString("b7e7a701bc34d686fa87dfae");
        assertThat(AddressAttribute.read(message, AttributeType.XOR_PEER_ADDRESS))
                .contains(TransportAddress.of(address, PORT));
        assertThat(message.text(message.find(AttributeType.USERNAME))).isEqualTo(USERNAME);
        assertThat(message.text(message.find(AttributeType.NONCE))).isEqualTo("nonce");
        assertThat(MessageIntegrity.sha1().verify(message, KEY)).isTrue();
        assertThat(Fingerprint.verify(message)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c0000201", "20010db8123456780011223344556677"})
    void itReadsOurAllocateRequest(String addressHex) throws Exception {
        byte[] address = HexFormat.of().parseHex(addressHex);
        StunMessageWriter writer = start(MessageClass.REQUEST, Method.ALLOCATE);
        writer.add(AttributeType.SOFTWARE, "odd").add(AttributeType.USERNAME, USERNAME);
        AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, TransportAddress.of(address, PORT));
        AddressAttribute.write(writer, AttributeType.XOR_MAPPED_ADDRESS, TransportAddress.of(address, PORT));
        MessageIntegrity.sha1().sign(writer, KEY);
        Fingerprint.sign(writer);
        byte[] bytes = bytes(writer);

        Message theirs = Message.decode(bytes, 0, bytes.length);

        assertThat(theirs.getMessageType()).isEqualTo(Message.ALLOCATE_REQUEST);
        assertThat(theirs.getTransactionID()).isEqualTo(TRANSACTION_ID);
        XorMappedAddressAttribute mapped =
                (XorMappedAddressAttribute) theirs.getAttribute(Attribute.XOR_MAPPED_ADDRESS);
        XorPeerAddressAttribute peer = (XorPeerAddressAttribute) theirs.getAttribute(Attribute.XOR_PEER_ADDRESS);
        assertThat(mapped.getAddress(TRANSACTION_ID).getAddressBytes()).isEqualTo(address);
        assertThat(mapped.getAddress(TRANSACTION_ID).getPort()).isEqualTo(PORT);
        assertThat(peer.getAddress(TRANSACTION_ID).getAddressBytes()).isEqualTo(address);
        MessageIntegrityAttribute integrity =
                (MessageIntegrityAttribute) theirs.getAttribute(Attribute.MESSAGE_INTEGRITY);
        assertThat(ice4j.validateMessageIntegrity(
                        integrity, USERNAME, false, RawMessage.build(bytes, bytes.length, null, null)))
                .isTrue();
    }

    /** Without EVEN-PORT: its flag is lost when it writes, and it reads no value of one byte. */
    @Test
    void readsWhatItAsksAnAllocationFor() throws Exception {
        Request request = MessageFactory.createAllocateRequest((byte) NumberAttribute.UDP, false);
        request.setTransactionID(TRANSACTION_ID);
        request.putAttribute(AttributeFactory.createLifetimeAttribute(777));
        request.putAttribute(AttributeFactory.createConnectionIdAttribute(0xCAFE));
        byte[] bytes = request.encode(ice4j);

        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);

        assertThat(NumberAttribute.REQUESTED_TRANSPORT.read(message)).isEqualTo(17);
        assertThat(NumberAttribute.LIFETIME.read(message)).isEqualTo(777);
        assertThat(NumberAttribute.CONNECTION_ID.read(message)).isEqualTo(0xCAFE);
    }

    @Test
    void itReadsOurNumbers() throws Exception {
        StunMessageWriter writer = start(MessageClass.REQUEST, Method.ALLOCATE);
        NumberAttribute.REQUESTED_TRANSPORT.write(writer, NumberAttribute.UDP);
        NumberAttribute.LIFETIME.write(writer, 777);
        NumberAttribute.CHANNEL_NUMBER.write(writer, 0x4001);
        byte[] bytes = bytes(writer);

        Message theirs = Message.decode(bytes, 0, bytes.length);

        assertThat(((RequestedTransportAttribute) theirs.getAttribute(Attribute.REQUESTED_TRANSPORT))
                .getRequestedTransport())
                .isEqualTo(17);
        assertThat(((LifetimeAttribute) theirs.getAttribute(Attribute.LIFETIME)).getLifetime()).isEqualTo(777);
        assertThat((int) ((ChannelNumberAttribute) theirs.getAttribute(Attribute.CHANNEL_NUMBER)).getChannelNumber())
                .isEqualTo(0x4001);
    }

    @Test
    void itReadsOurErrorResponse() throws Exception {
        StunMessageWriter writer = start(MessageClass.ERROR_RESPONSE, Method.REFRESH);
        im.thingle.stun.attribute.ErrorCodeAttribute.write(writer, ErrorCode.STALE_NONCE);
        byte[] bytes = bytes(writer);

        Message theirs = Message.decode(bytes, 0, bytes.length);

        ErrorCodeAttribute error = (ErrorCodeAttribute) theirs.getAttribute(Attribute.ERROR_CODE);
        assertThat((int) error.getErrorCode()).isEqualTo(438);
        assertThat(error.getReasonPhrase()).isEqualTo("Stale Nonce");
    }

    /** So that the fingerprint above is known to have been looked at. */
    @Test
    void itRefusesAWrongFingerprint() {
        StunMessageWriter writer = start(MessageClass.REQUEST, Method.BINDING);
        Fingerprint.sign(writer);
        byte[] bytes = bytes(writer);
        bytes[bytes.length - 1] ^= 1;

        assertThatThrownBy(() -> Message.decode(bytes, 0, bytes.length)).isInstanceOf(StunException.class);
    }

    private static StunMessageWriter start(MessageClass messageClass, Method method) {
        return new StunMessageWriter().start(ByteBuffer.allocate(300), 0, MessageType.of(messageClass, method),
                new TransactionId(0xb7e7a701, 0xbc34d686fa87dfaeL));
    }

    private static byte[] bytes(StunMessageWriter writer) {
        return Arrays.copyOf(writer.bytes().array(), writer.length());
    }

    /** Answers every question with the one key there is. */
    private static final class OneKey implements CredentialsAuthority {
        @Override
        public byte[] getLocalKey(String username) {
            return KEY.getEncoded();
        }

        @Override
        public byte[] getRemoteKey(String username, String media) {
            return KEY.getEncoded();
        }

        @Override
        public boolean checkLocalUserName(String username) {
            return USERNAME.equals(username);
        }
    }
}

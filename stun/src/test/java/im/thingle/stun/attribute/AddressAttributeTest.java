// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressAttributeTest {
    private static final MessageType TYPE = MessageType.of(MessageClass.ERROR_RESPONSE, Method.BINDING);
    private static final byte[] DOCUMENTATION_IPV4 = {(byte) 192, 0, 2, 1};

    private final ByteBuffer buffer = ByteBuffer.allocate(200);
    private final StunMessageWriter writer = new StunMessageWriter()
            .start(buffer, 0, TYPE, new TransactionId(0xb7e7a701, 0xbc34d686fa87dfaeL));
    private final StunMessage message = new StunMessage();

    /** The values of RFC 5769 §2.2 and §2.3. */
    @Test
    void hidesAddressesAsTheStandardDoes() {
        byte[] ipv6 = HexFormat.of().parseHex("20010db8123456780011223344556677");

        AddressAttribute.write(writer, AttributeType.XOR_MAPPED_ADDRESS,
                TransportAddress.of(DOCUMENTATION_IPV4, 32853));
        AddressAttribute.write(writer, AttributeType.XOR_MAPPED_ADDRESS, TransportAddress.of(ipv6, 32853));

        assertThat(HexFormat.of().formatHex(buffer.array(), 20, writer.length()))
                .isEqualTo("002000080001a147e112a643" + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9");
    }

    @Test
    void writesPlainAddressesInTheClear() {
        AddressAttribute.write(writer, AttributeType.MAPPED_ADDRESS, TransportAddress.of(DOCUMENTATION_IPV4, 32853));

        assertThat(HexFormat.of().formatHex(buffer.array(), 20, writer.length()))
                .isEqualTo("00010008" + "00018055" + "c0000201");
    }

    @Property(tries = 300)
    void readsBackWhatItWrote(
            @ForAll("addressTypes") AttributeType type, @ForAll("addresses") byte[] address,
            @ForAll @IntRange(max = 65535) int port) {
        TransportAddress written = TransportAddress.of(address, port);
        writer.start(buffer, 0, TYPE, writer.transactionId());
        AddressAttribute.write(writer, type, written);

        message.wrap(buffer, 0, writer.length());

        int at = message.find(type);
        assertThat(AddressAttribute.read(message, type)).contains(written);
        assertThat(AddressAttribute.family(message, at)).isEqualTo(written.family());
        assertThat(AddressAttribute.high(message, at)).isEqualTo(written.high());
        assertThat(AddressAttribute.low(message, at)).isEqualTo(written.low());
        assertThat(AddressAttribute.port(message, at)).isEqualTo(port);
        assertThat(written.address()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0001", "00018055", "00018055c00002", "00028055c0000201", "00038055c0000201",
        "00018055c000020100", "0001805520010db8123456780011223344556677"})
    void findsNoAddressInAMalformedValue(String value) {
        writer.add(AttributeType.XOR_PEER_ADDRESS, HexFormat.of().parseHex(value));

        assertThat(message.wrap(buffer, 0, writer.length())).isEqualTo(Malformed.NONE);
        assertThat(AddressAttribute.read(message, AttributeType.XOR_PEER_ADDRESS)).isEmpty();
        assertThat(AddressAttribute.family(message, message.first())).isNull();
        assertThat(AddressAttribute.read(message, AttributeType.XOR_MAPPED_ADDRESS)).isEmpty();
    }

    @Test
    void refusesWhatIsNoAddress() {
        byte[] fiveBytes = new byte[5];

        assertThatThrownBy(() -> TransportAddress.of(fiveBytes, 1)).hasMessageContaining("expected: 4 or 16");
        assertThatThrownBy(() -> TransportAddress.of(DOCUMENTATION_IPV4, 65536)).hasMessageContaining("0 to 65535");
    }

    @ParameterizedTest
    @EnumSource
    void readsBackTheErrorItWrote(ErrorCode error) {
        ErrorCodeAttribute.write(writer, error);

        message.wrap(buffer, 0, writer.length());

        assertThat(ErrorCodeAttribute.read(message)).hasValue(error.code());
        assertThat(message.text(message.first()).substring(4)).isEqualTo(error.reason());
    }

    /** RFC 8489 §14.8: 438 is class 4, number 38. */
    @Test
    void splitsTheErrorCodeIntoClassAndNumber() {
        ErrorCodeAttribute.write(writer, ErrorCode.STALE_NONCE);

        assertThat(HexFormat.of().formatHex(buffer.array(), 20, 28)).isEqualTo("0009000f" + "00000426");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "000004", "00000200", "00000700", "00000464"})
    void findsNoErrorInAMalformedValue(String value) {
        writer.add(AttributeType.ERROR_CODE, HexFormat.of().parseHex(value));

        message.wrap(buffer, 0, writer.length());

        assertThat(ErrorCodeAttribute.read(message)).isEmpty();
    }

    @Provide
    Arbitrary<AttributeType> addressTypes() {
        return Arbitraries.of(AttributeType.MAPPED_ADDRESS, AttributeType.XOR_MAPPED_ADDRESS,
                AttributeType.XOR_PEER_ADDRESS, AttributeType.XOR_RELAYED_ADDRESS, AttributeType.ALTERNATE_SERVER,
                AttributeType.RESPONSE_ORIGIN, AttributeType.OTHER_ADDRESS);
    }

    @Provide
    Arbitrary<byte[]> addresses() {
        return Arbitraries.of(4, 16).flatMap(size -> Arbitraries.bytes().array(byte[].class).ofSize(size));
    }
}

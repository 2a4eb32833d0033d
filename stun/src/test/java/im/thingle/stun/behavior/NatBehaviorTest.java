// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of RFC 5780 §6.1: two IP addresses A1 and A2, two ports P1 and P2. */
class NatBehaviorTest {
    private static final byte[] A1 = {(byte) 192, 0, 2, 1};
    private static final byte[] A2 = {(byte) 198, 51, 100, 2};
    private static final int P1 = 3478;
    private static final int P2 = 3479;
    private static final TransportAddress CLIENT = TransportAddress.of(new byte[] {(byte) 203, 0, 113, 7}, 40000);

    private final NatBehavior behavior = new NatBehavior(TransportAddress.of(A1, P1), TransportAddress.of(A2, P2));

    /** RFC 5780 §6.1, table 1, for each of the four addresses a request may come to. */
    @ParameterizedTest
    @CsvSource({
        "1, 1,    , 1, 1, 2, 2", "1, 1, 0, 1, 1, 2, 2", "1, 1, 4, 2, 1, 2, 2", "1, 1, 2, 1, 2, 2, 2",
                "1, 1, 6, 2, 2, 2, 2",
        "1, 2,    , 1, 2, 2, 1", "1, 2, 0, 1, 2, 2, 1", "1, 2, 4, 2, 2, 2, 1", "1, 2, 2, 1, 1, 2, 1",
        "1, 2, 6, 2, 1, 2, 1",
        "2, 1,    , 2, 1, 1, 2", "2, 1, 0, 2, 1, 1, 2", "2, 1, 4, 1, 1, 1, 2", "2, 1, 2, 2, 2, 1, 2",
        "2, 1, 6, 1, 2, 1, 2",
        "2, 2,    , 2, 2, 1, 1", "2, 2, 0, 2, 2, 1, 1", "2, 2, 4, 1, 2, 1, 1", "2, 2, 2, 2, 1, 1, 1",
        "2, 2, 6, 1, 1, 1, 1"
    })
    void answersFromTheAddressAndPortThatTheFlagsSay(
            int address, int port, Long flags, int fromAddress, int fromPort, int otherAddress, int otherPort) {
        StunMessage request = request(writer -> {
            if (flags != null) {
                NumberAttribute.CHANGE_REQUEST.write(writer, flags);
            }
        });

        BindingAnswer answer = behavior.answer(request, CLIENT, server(address, port));

        assertThat(answer).isEqualTo(new BindingAnswer(
                null, server(fromAddress, fromPort), CLIENT, CLIENT, server(otherAddress, otherPort), 0));
    }

    /** §7.2: the other bits mean nothing. */
    @Test
    void looksAtTwoFlagsOnly() {
        StunMessage request = request(writer -> NumberAttribute.CHANGE_REQUEST.write(writer, 0xFFFFFFF9L));

        assertThat(behavior.answer(request, CLIENT, server(1, 1)).from()).isEqualTo(server(1, 1));
    }

    /** §7.5: to the source's IP address, and the port that was asked for. */
    @Test
    void answersToTheResponsePort() {
        StunMessage request = request(writer -> {
            NumberAttribute.RESPONSE_PORT.write(writer, 50000);
            NumberAttribute.CHANGE_REQUEST.write(writer, 2);
        });

        BindingAnswer answer = behavior.answer(request, CLIENT, server(1, 1));

        assertThat(answer.error()).isNull();
        assertThat(answer.to()).isEqualTo(TransportAddress.of(CLIENT.address(), 50000));
        assertThat(answer.client()).isEqualTo(CLIENT);
        assertThat(answer.from()).isEqualTo(server(1, 2));
    }

    /** §6.1, §7.6: padded to the MTU and a multiple of four; ours is no longer than what came. */
    @ParameterizedTest
    @CsvSource({"0, 0", "3, 0", "4, 4", "7, 4", "1280, 1280", "1500, 1500", "1501, 1500", "60000, 1500"})
    void answersPaddingWithPadding(int asked, int answered) {
        StunMessage request = request(writer -> writer.add(AttributeType.PADDING, new byte[asked]));

        BindingAnswer answer = behavior.answer(request, CLIENT, server(1, 1));

        assertThat(answer.error()).isNull();
        assertThat(answer.paddingBytes()).isEqualTo(answered);
    }

    @Test
    void refusesPaddingToAnotherPort() {
        refuses(writer -> {
            NumberAttribute.RESPONSE_PORT.write(writer, 50000);
            writer.add(AttributeType.PADDING, new byte[4]);
        });
    }

    @Test
    void refusesWhatIsMalformed() {
        refuses(writer -> writer.add(AttributeType.CHANGE_REQUEST, new byte[3]));
        refuses(writer -> writer.add(AttributeType.RESPONSE_PORT, new byte[3]));
        refuses(writer -> NumberAttribute.RESPONSE_PORT.write(writer, 0));
    }

    /** §6.1: MAPPED-ADDRESS beside XOR-MAPPED-ADDRESS, RESPONSE-ORIGIN, OTHER-ADDRESS, and PADDING if asked for. */
    @Test
    void saysWhereTheAnswerCameFromAndWhereElseToAsk() {
        StunMessage request = request(writer -> {
            NumberAttribute.CHANGE_REQUEST.write(writer, 4);
            writer.add(AttributeType.PADDING, new byte[8]);
        });

        StunMessage response = message(
                MessageClass.SUCCESS_RESPONSE, behavior.answer(request, CLIENT, server(1, 1))::write);

        assertThat(codes(response)).containsExactly(0x0001, 0x802B, 0x802C, 0x0026);
        assertThat(AddressAttribute.read(response, AttributeType.MAPPED_ADDRESS)).contains(CLIENT);
        assertThat(AddressAttribute.read(response, AttributeType.RESPONSE_ORIGIN)).contains(server(2, 1));
        assertThat(AddressAttribute.read(response, AttributeType.OTHER_ADDRESS)).contains(server(2, 2));
        assertThat(response.valueLength(response.find(AttributeType.PADDING))).isEqualTo(8);
    }

    @Test
    void padsNothingUnasked() {
        StunMessage response = message(
                MessageClass.SUCCESS_RESPONSE, behavior.answer(request(writer -> {}), CLIENT, server(2, 1))::write);

        assertThat(codes(response)).containsExactly(0x0001, 0x802B, 0x802C);
    }

    @Test
    void servesTheFourAddressesAndNoOther() {
        for (int address = 1; address <= 2; address++) {
            for (int port = 1; port <= 2; port++) {
                assertThat(behavior.serves(server(address, port))).isTrue();
            }
        }
        assertThat(behavior.serves(TransportAddress.of(A1, 5349))).isFalse();
        assertThat(behavior.serves(TransportAddress.of(CLIENT.address(), P1))).isFalse();
        assertThat(behavior.serves(TransportAddress.of(new byte[16], P1))).isFalse();
    }

    /** §6: two addresses on which the same two ports can be had. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1", "1, 1, 1, 2", "1, 1, 2, 1"})
    void needsTwoAddressesAndTwoPorts(int address, int port, int otherAddress, int otherPort) {
        assertThatThrownBy(() -> new NatBehavior(server(address, port), server(otherAddress, otherPort)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two IP addresses");
        assertThatThrownBy(() -> new NatBehavior(server(1, 1), TransportAddress.of(new byte[16], P2)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void refuses(Consumer<StunMessageWriter> attributes) {
        BindingAnswer answer = behavior.answer(request(attributes), CLIENT, server(2, 1));

        assertThat(answer.error()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(answer.from()).isEqualTo(server(2, 1));
        assertThat(answer.to()).isEqualTo(CLIENT);
        assertThat(answer.paddingBytes()).isZero();
    }

    private static TransportAddress server(int address, int port) {
        return TransportAddress.of(address == 1 ? A1 : A2, port == 1 ? P1 : P2);
    }

    private static List<Integer> codes(StunMessage message) {
        List<Integer> codes = new ArrayList<>();
        for (int at = message.first(); at != StunMessage.NONE; at = message.next(at)) {
            codes.add(message.code(at));
        }
        return codes;
    }

    private static StunMessage request(Consumer<StunMessageWriter> attributes) {
        return message(MessageClass.REQUEST, attributes);
    }

    private static StunMessage message(MessageClass messageClass, Consumer<StunMessageWriter> attributes) {
        ByteBuffer buffer = ByteBuffer.allocate(65_000);
        StunMessageWriter writer = new StunMessageWriter()
                .start(buffer, 0, MessageType.of(messageClass, Method.BINDING), new TransactionId(1, 2));
        attributes.accept(writer);
        StunMessage message = new StunMessage();
        assertThat(message.wrap(buffer, 0, writer.length())).isEqualTo(Malformed.NONE);
        return message;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.UnknownAttributes;
import im.thingle.stun.auth.Fingerprint;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindingRequestTest {
    private final TurnFixture turn = new TurnFixture();

    @Test
    void tellsTheClientItsAddressAndNothingElse() {
        Answer answer = turn.deliver(ALICE, turn.plain(MessageClass.REQUEST, Method.BINDING, writer -> {}));

        assertThat(answer.code()).isZero();
        assertThat(answer.addresses(AttributeType.XOR_MAPPED_ADDRESS)).containsExactly(ALICE.client());
        // 20 of header, 12 of address: no SOFTWARE, no MAPPED-ADDRESS, no FINGERPRINT that nobody asked for.
        assertThat(answer.bytes()).hasSize(32);
        assertThat(turn.out.events).containsExactly("binding");
    }

    @Test
    void answersWithFingerprintIfTheRequestHasOne() {
        Answer answer = turn.deliver(ALICE, turn.plain(MessageClass.REQUEST, Method.BINDING, Fingerprint::sign));

        assertThat(Fingerprint.verify(answer.message())).isTrue();
    }

    @Test
    void isSilentIfTheFingerprintIsWrong() {
        byte[] request = turn.plain(MessageClass.REQUEST, Method.BINDING, Fingerprint::sign);
        request[request.length - 1] ^= 1;

        assertThat(turn.deliver(ALICE, request)).isNull();
    }

    @Test
    void answers420AndSaysWhatItDoesNotKnow() {
        Answer answer = turn.deliver(ALICE, turn.plain(MessageClass.REQUEST, Method.BINDING,
                writer -> writer.add(AttributeType.CHANGE_REQUEST, 4)));

        assertThat(answer.code()).isEqualTo(420);
        assertThat(UnknownAttributes.read(answer.message())).contains(List.of(0x0003));
        assertThat(turn.out.events).isEmpty();
    }

    @Test
    void isSilentToIndicationsResponsesAndMethodsThatAreNoRequests() {
        assertThat(turn.deliver(ALICE, turn.plain(MessageClass.INDICATION, Method.BINDING, writer -> {}))).isNull();
        assertThat(turn.deliver(ALICE, turn.plain(MessageClass.SUCCESS_RESPONSE, Method.BINDING, writer -> {})))
                .isNull();
        assertThat(turn.deliver(ALICE, turn.plain(MessageClass.REQUEST, Method.SEND, writer -> {}))).isNull();
        assertThat(turn.deliver(ALICE, turn.plain(MessageClass.REQUEST, Method.DATA, writer -> {}))).isNull();
    }
}

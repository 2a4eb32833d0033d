// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.socks5;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import im.thingle.relay.socks5.Socks5Handshake.Step;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The handshake against bytes that a fuzzer makes up; {@code ops/fuzz} has the command. */
class Socks5HandshakeFuzzTest {
    /** The first byte says how long the pieces are; the outcome is that of the bytes in one piece. */
    @FuzzTest
    void socks5(byte[] bytes) {
        int piece = bytes.length == 0 ? 1 : 1 + (bytes[0] & 0x0F);
        byte[] stream = bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);

        assertThat(outcome(stream, piece)).isEqualTo(outcome(stream, Integer.MAX_VALUE));
    }

    private static List<Object> outcome(byte[] stream, int piece) {
        Socks5Handshake handshake = new Socks5Handshake();
        List<Object> outcome = new ArrayList<>();
        Step step = Step.READ;
        int from = 0;
        while (from < stream.length && (step == Step.READ || step == Step.REPLY)) {
            int length = Math.min(stream.length - from, Math.min(piece, handshake.wanted()));
            assertThat(length).isPositive();
            step = handshake.onBytes(ByteBuffer.wrap(stream, from, length));
            from += length;
            if (step != Step.READ) {
                outcome.add(step);
            }
        }
        if (step == Step.REQUESTED) {
            outcome.add(handshake.key());
            outcome.add(HexFormat.of().formatHex(handshake.reply(Socks5Handshake.SUCCEEDED)));
        } else if (step == Step.REFUSED) {
            outcome.add(handshake.refusal());
            outcome.add(HexFormat.of().formatHex(handshake.refusalReply()));
        }
        return outcome;
    }
}

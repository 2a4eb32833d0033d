// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.net.StreamSocket;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class StreamOutboundTest {
    private static final int LIMIT = 64 * 1024;
    private static final int FRAME = 1004;

    /** A client whose line is narrower than what it is sent: the queue is never empty while the call lasts. */
    @Test
    void holdsNoMoreHoweverMuchGoesThrough() throws IOException {
        StreamOutbound outbound = new StreamOutbound(LIMIT);
        ByteBuffer payload = ByteBuffer.allocate(FRAME - 4);
        int[] counter = new int[2];
        StreamSocket narrow = taking(FRAME, counter);
        while (outbound.offer(0x4001, number(payload, counter[0]))) {
            counter[0]++;
        }

        for (int i = 0; i < 20_000; i++) {
            outbound.flush(narrow);
            assertThat(outbound.offer(0x4001, number(payload, counter[0]))).isTrue();
            counter[0]++;
        }

        assertThat(counter[1]).isEqualTo(20_000);
        assertThat(outbound.capacity()).isLessThanOrEqualTo(4 * LIMIT);
        outbound.clear();
        assertThat(outbound.capacity()).isZero();
    }

    private static ByteBuffer number(ByteBuffer payload, int number) {
        return payload.putInt(0, number);
    }

    /** Takes so many bytes, then nothing, in turns; checks the numbers of the frames. */
    private static StreamSocket taking(int bytes, int[] counter) {
        boolean[] full = {false};
        return (StreamSocket) Proxy.newProxyInstance(
                StreamSocket.class.getClassLoader(),
                new Class<?>[] {StreamSocket.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("write");
                    full[0] = !full[0];
                    if (!full[0]) {
                        return 0;
                    }
                    ByteBuffer from = (ByteBuffer) arguments[0];
                    assertThat(from.getInt(from.position() + 4)).isEqualTo(counter[1]++);
                    from.position(from.position() + bytes);
                    return bytes;
                });
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.xml;

import static im.thingle.signaling.Xml.HEADER;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Framer, reader and parser of XML streams against bytes that a fuzzer makes up; {@code ops/fuzz} has the command. */
class StreamParserFuzzTest {
    private static final ParserLimits LIMITS = new ParserLimits(4, 256, 4, 64, 8);

    /**
     * The first byte says how long the pieces are, and whether a header goes before them; the events are those of the
     * whole.
     */
    @FuzzTest
    void xml(byte[] bytes) {
        int first = bytes.length == 0 ? 0 : bytes[0];
        byte[] stream = bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);
        boolean afterHeader = (first & 0x80) == 0;

        assertThat(events(stream, 1 + (first & 0x3F), afterHeader))
                .isEqualTo(events(stream, stream.length + 1, afterHeader));
    }

    private static List<Object> events(byte[] stream, int piece, boolean afterHeader) {
        RecordingEvents events = new RecordingEvents();
        StreamParser parser = new StreamParser(LIMITS, events);
        if (afterHeader) {
            parser.feed(Unpooled.wrappedBuffer(HEADER.getBytes(StandardCharsets.UTF_8)));
        }
        for (int from = 0; from < stream.length; from += piece) {
            parser.feed(Unpooled.wrappedBuffer(stream, from, Math.min(piece, stream.length - from)));
        }
        return events.all();
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Joins two bytestreams of which one at least is in-band. A chunk is read only when the one before has been taken, so
 * that the slower party sets the pace and nothing piles up here. Confined to its event loop.
 */
final class Bridge {
    /** Told of the end, once. */
    interface Owner {
        /**
         * @param why null: both parties have sent their end of file and got the other's
         */
        void over(long bytes, String why);
    }

    /** In-band bytes have no socket that would tell that a client is gone. */
    private static final Duration MOST_SILENCE = Duration.ofMinutes(5);

    private final Map<Side, End> ends = new EnumMap<>(Side.class);
    private final Owner owner;
    private final Patience silence = new Patience(MOST_SILENCE);
    private long bytes;
    private long bytesBefore;
    private boolean over;

    Bridge(Owner owner) {
        this.owner = owner;
        for (Side side : Side.values()) {
            ends.put(side, new End(side));
        }
        silence.start();
    }

    /** Whom that side's stream is to tell. */
    ByteStreamListener listener(Side side) {
        return ends.get(side);
    }

    /** Gives a side its stream; with both, bytes flow. */
    void attach(Side side, ByteStream stream) {
        if (over) {
            stream.cut();
            return;
        }
        ends.get(side).stream = stream;
        if (ends.values().stream().allMatch(end -> end.stream != null)) {
            for (End end : ends.values()) {
                if (!over) {
                    end.stream.read();
                }
            }
        }
    }

    /** Ends both ways at once; the owner is told. */
    void cut(String why) {
        if (!over) {
            over = true;
            ends.values().stream().filter(end -> end.stream != null).forEach(end -> end.stream.cut());
            owner.over(bytes, why);
        }
    }

    void onTick(long now) {
        if (bytes != bytesBefore) {
            bytesBefore = bytes;
            silence.start();
        }
        if (silence.ends(now)) {
            cut("nobody has sent anything for minutes");
        }
    }

    private final class End implements ByteStreamListener {
        private final Side side;
        private ByteStream stream;
        private boolean ended;

        End(Side side) {
            this.side = side;
        }

        private End opposite() {
            return ends.get(side.other());
        }

        @Override
        public void data(byte[] chunk) {
            if (!over) {
                bytes += chunk.length;
                opposite().stream.write(chunk);
            }
        }

        @Override
        public void written() {
            if (!over && !opposite().ended) {
                opposite().stream.read();
            }
        }

        @Override
        public void ended() {
            if (over) {
                return;
            }
            ended = true;
            opposite().stream.finish();
            if (opposite().ended && !over) {
                over = true;
                owner.over(bytes, null);
            }
        }

        @Override
        public void broken(String why) {
            cut(why);
        }
    }
}

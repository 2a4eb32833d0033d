// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.port.StreamMeter;

/**
 * In-band bytes of one client under the limits of whoever pays for them: what may not be read yet stays with the
 * client, which waits for its acknowledgement (XEP-0047 §2.2). Confined to its event loop.
 */
public final class MeteredBytes implements ByteStream, ByteStreamListener {
    private final ByteStreamListener listener;
    private final StreamMeter meter;
    private final String exhausted;
    private ByteStream stream;
    private boolean held;

    /** @param exhausted why the stream breaks when there are no bytes left for the day */
    public MeteredBytes(ByteStreamListener listener, StreamMeter meter, String exhausted) {
        this.listener = listener;
        this.meter = meter;
        this.exhausted = exhausted;
    }

    /** The same bytes, metered. */
    public ByteStream over(ByteStream bytes) {
        stream = bytes;
        return this;
    }

    public void onTick() {
        if (held) {
            held = false;
            read();
        }
    }

    @Override
    public void read() {
        if (meter.exhausted()) {
            listener.broken(exhausted);
        } else if (meter.mayRead()) {
            stream.read();
        } else {
            held = true;
        }
    }

    @Override
    public void write(byte[] bytes) {
        stream.write(bytes);
    }

    @Override
    public void finish() {
        stream.finish();
    }

    @Override
    public void cut() {
        held = false;
        stream.cut();
    }

    @Override
    public void data(byte[] bytes) {
        meter.carried(bytes.length);
        listener.data(bytes);
    }

    @Override
    public void written() {
        listener.written();
    }

    @Override
    public void ended() {
        listener.ended();
    }

    @Override
    public void broken(String why) {
        listener.broken(why);
    }
}

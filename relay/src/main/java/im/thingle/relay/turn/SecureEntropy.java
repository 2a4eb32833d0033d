// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import im.thingle.stun.auth.Entropy;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Random numbers from the operating system, fetched by the hundred bytes, since each request needs a few. Confined to
 * its event loop.
 */
public final class SecureEntropy implements Entropy {
    private static final int BYTES = 256;

    private final SecureRandom random = new SecureRandom();
    private final byte[] block = new byte[BYTES];
    private final ByteBuffer left = ByteBuffer.wrap(block).limit(0);

    @Override
    public void nextBytes(byte[] into) {
        for (int at = 0; at < into.length; ) {
            int length = Math.min(into.length - at, need(1));
            left.get(into, at, length);
            at += length;
        }
    }

    @Override
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound " + bound + " (expected: at least 1)");
        }
        // what lies above the last whole multiple of the bound would favour the low numbers
        int end = Integer.MAX_VALUE - Integer.MAX_VALUE % bound;
        while (true) {
            need(Integer.BYTES);
            int number = left.getInt() & Integer.MAX_VALUE;
            if (number < end) {
                return number % bound;
            }
        }
    }

    @Override
    public long nextLong() {
        need(Long.BYTES);
        return left.getLong();
    }

    private int need(int bytes) {
        if (left.remaining() < bytes) {
            random.nextBytes(block);
            left.clear();
        }
        return left.remaining();
    }
}

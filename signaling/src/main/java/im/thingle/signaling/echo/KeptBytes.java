// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The room for bytes that wait to be sent back, for all files together. Confined to its event loop. */
final class KeptBytes {
    static final int BLOCK_BYTES = 16_384;

    private final long perFile;
    private final long inAll;
    private long used;

    KeptBytes(long perFile, long inAll) {
        this.perFile = perFile;
        this.inAll = inAll;
    }

    long used() {
        return used;
    }

    /** Room for one file; {@code size} is -1 if it is not known. */
    File file(long size) {
        File file = new File();
        if (size > perFile) {
            file.drop();
        }
        return file;
    }

    /**
     * The bytes of one file, all of them or none. They are put together, since they may come one by one. Confined to its
     * event loop.
     */
    final class File {
        private List<byte[]> blocks = new ArrayList<>();
        private int freeOfLast;
        private long size;

        /** Keeps these too; all are dropped if that is too much. */
        void add(byte[] bytes) {
            if (blocks == null) {
                return;
            }
            if (size + bytes.length > perFile || used + bytes.length > inAll) {
                drop();
                return;
            }
            int taken = 0;
            while (taken < bytes.length) {
                if (freeOfLast == 0) {
                    blocks.add(new byte[BLOCK_BYTES]);
                    freeOfLast = BLOCK_BYTES;
                }
                int length = Math.min(freeOfLast, bytes.length - taken);
                System.arraycopy(bytes, taken, blocks.getLast(), BLOCK_BYTES - freeOfLast, length);
                freeOfLast -= length;
                taken += length;
            }
            size += bytes.length;
            used += bytes.length;
        }

        boolean isKept() {
            return blocks != null;
        }

        /** These bytes, in pieces. */
        List<byte[]> part(long offset, long length) {
            List<byte[]> part = new ArrayList<>();
            long at = offset;
            while (at < offset + length) {
                byte[] block = blocks.get((int) (at / BLOCK_BYTES));
                int from = (int) (at % BLOCK_BYTES);
                int to = (int) Math.min(BLOCK_BYTES, from + offset + length - at);
                part.add(to - from == BLOCK_BYTES ? block : Arrays.copyOfRange(block, from, to));
                at += to - from;
            }
            return part;
        }

        /** Forgets them; harmless a second time. */
        void drop() {
            blocks = null;
            used -= size;
            size = 0;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * A made-up file, the same that {@code interop/bytestream.py} makes: a pattern of SHA-256 values, with the chunk's
 * number over its first eight bytes. Immutable.
 *
 * @param size in bytes
 */
public record Payload(long size, int seed) {
    private static final int CHUNK = 256 * 1024;
    private static final int DIGEST = 32;

    /** Writes it all and returns its SHA-256; tells the progress in bytes after each chunk. */
    public String writeTo(OutputStream out, LongConsumer progress) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (int i = 0; i < CHUNK / DIGEST; i++) {
            chunk.put(sha256().digest((seed + "/" + i).getBytes(StandardCharsets.US_ASCII)));
        }
        MessageDigest digest = sha256();
        for (long number = 0; number * CHUNK < size; number++) {
            int length = (int) Math.min(CHUNK, size - number * CHUNK);
            chunk.putLong(0, number);
            digest.update(chunk.array(), 0, length);
            out.write(chunk.array(), 0, length);
            progress.accept(number * CHUNK + length);
        }
        out.flush();
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What the receiver should get. */
    public String sha256Hex() {
        try {
            return writeTo(OutputStream.nullOutputStream(), bytes -> {});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SHA-256 of all that comes until the end of file. */
    public static String sha256Hex(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[CHUNK];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

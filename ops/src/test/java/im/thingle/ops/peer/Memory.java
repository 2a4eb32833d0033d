// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All that a process has in its memory, by {@code /proc}. Safe from any thread. */
public final class Memory {
    private static final Pattern READABLE = Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) r\\S+ \\S+ \\S+ \\S+\\s*(.*)$");
    private static final int CHUNK = 4 << 20;
    private static final int OVERLAP = 4096;

    private Memory() {}

    /** Whether any of these is in any readable mapping of the process. */
    public static boolean has(Child process, Collection<byte[]> wanted) throws IOException {
        Path folder = Path.of("/proc", Long.toString(process.pid()));
        byte[] chunk = new byte[CHUNK];
        try (RandomAccessFile memory = new RandomAccessFile(folder.resolve("mem").toFile(), "r")) {
            for (String line : Files.readAllLines(folder.resolve("maps"))) {
                Matcher mapping = READABLE.matcher(line);
                // the kernel's own page and devices' are no memory of the process
                if (mapping.matches() && !mapping.group(3).startsWith("[v")) {
                    long start = Long.parseUnsignedLong(mapping.group(1), 16);
                    long end = Long.parseUnsignedLong(mapping.group(2), 16);
                    if (has(memory, chunk, start, end, wanted)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean has(RandomAccessFile memory, byte[] chunk, long start, long end, Collection<byte[]> wanted) {
        for (long at = start; at < end; at += CHUNK - OVERLAP) {
            int length = (int) Math.min(CHUNK, end - at);
            try {
                memory.seek(at);
                memory.readFully(chunk, 0, length);
            } catch (IOException goneMeanwhile) {
                return false;
            }
            for (byte[] bytes : wanted) {
                if (Bytes.indexOf(chunk, length, bytes) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The bytes, and what they look like in base64 wherever they begin in a block of three, in bytes and in UTF-16. */
    public static List<byte[]> guises(byte[] bytes) {
        List<byte[]> guises = new ArrayList<>(List.of(bytes));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String base64 = Base64.getEncoder().encodeToString(shifted);
            String inner = base64.substring(4, base64.length() - 4);
            guises.add(inner.getBytes(StandardCharsets.US_ASCII));
            guises.add(inner.getBytes(StandardCharsets.UTF_16LE));
        }
        return guises;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads and writes PASSWORD-ALGORITHMS, which offers, and PASSWORD-ALGORITHM, which chooses (RFC 8489 §14.11, §14.12).
 * Safe from any thread.
 *
 * <pre>
 *   algorithm (2)  parameters' length (2)  parameters  0 to 3 bytes of padding      once, or once for each offered
 * </pre>
 */
public final class PasswordAlgorithmAttribute {
    private static final int HEADER_BYTES = 4;

    private PasswordAlgorithmAttribute() {}

    /** The algorithms in PASSWORD-ALGORITHMS, the best first; empty if there is none or it is malformed. */
    public static Optional<List<PasswordAlgorithm>> readOffered(StunMessage message) {
        int at = message.find(AttributeType.PASSWORD_ALGORITHMS);
        return at == StunMessage.NONE ? Optional.empty() : read(message, at);
    }

    /** The algorithm in PASSWORD-ALGORITHM; empty if there is none or it is malformed. */
    public static Optional<PasswordAlgorithm> readChosen(StunMessage message) {
        int at = message.find(AttributeType.PASSWORD_ALGORITHM);
        return at == StunMessage.NONE
                ? Optional.empty()
                : read(message, at).filter(algorithms -> algorithms.size() == 1).map(List::getFirst);
    }

    /** Adds PASSWORD-ALGORITHMS, the best first. */
    public static void writeOffered(StunMessageWriter writer, List<PasswordAlgorithm> algorithms) {
        write(writer, AttributeType.PASSWORD_ALGORITHMS, algorithms);
    }

    /** Adds PASSWORD-ALGORITHM. */
    public static void writeChosen(StunMessageWriter writer, PasswordAlgorithm algorithm) {
        write(writer, AttributeType.PASSWORD_ALGORITHM, List.of(algorithm));
    }

    private static Optional<List<PasswordAlgorithm>> read(StunMessage message, int at) {
        int end = message.valueLength(at);
        List<PasswordAlgorithm> algorithms = new ArrayList<>();
        int next = 0;
        while (next + HEADER_BYTES <= end) {
            int header = message.intAt(at, next);
            int parameters = header & 0xFFFF;
            algorithms.add(parameters == 0 ? PasswordAlgorithm.of(header >>> 16) : PasswordAlgorithm.UNKNOWN);
            int unpadded = next + HEADER_BYTES + parameters;
            // A last padding may be the attribute's own, which its length does not count.
            next = unpadded == end ? end : unpadded + 3 & ~3;
        }
        return next == end && end > 0 ? Optional.of(algorithms) : Optional.empty();
    }

    private static void write(StunMessageWriter writer, AttributeType type, List<PasswordAlgorithm> algorithms) {
        if (algorithms.contains(PasswordAlgorithm.UNKNOWN)) {
            throw new IllegalArgumentException("an unknown algorithm has no code to write");
        }
        int at = writer.reserve(type, algorithms.size() * HEADER_BYTES);
        for (PasswordAlgorithm algorithm : algorithms) {
            writer.bytes().putInt(at, algorithm.code() << 16);
            at += HEADER_BYTES;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import java.util.List;

/** What one ICE agent tells the other of itself (RFC 8445 §5.4), or some of it later. Immutable. */
public record IceDescription(String fragment, String password, List<IceCandidate> candidates) {
    /** The longest that RFC 8839 §5.4 has. */
    private static final int MOST_CHARACTERS = 256;

    public IceDescription {
        candidates = List.copyOf(candidates);
        if (!isFine(fragment) || !isFine(password)) {
            throw new IllegalArgumentException("a fragment or a password of ICE that is empty, too long or not ASCII");
        }
    }

    boolean isOfSameAgentAs(IceDescription other) {
        return fragment.equals(other.fragment) && password.equals(other.password);
    }

    private static boolean isFine(String text) {
        return !text.isEmpty()
                && text.length() <= MOST_CHARACTERS
                && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ':');
    }

    @Override
    public String toString() {
        return "IceDescription[" + fragment + ", " + candidates + "]";
    }
}

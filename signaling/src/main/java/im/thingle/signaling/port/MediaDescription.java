// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.List;

/** What one ICE agent tells the other: who it is, and where it may be found, or some more places. Immutable. */
public record MediaDescription(String fragment, String password, List<MediaCandidate> candidates) {
    public MediaDescription {
        candidates = List.copyOf(candidates);
    }

    /** Whether another description is of the same agent; if not, ICE begins anew (RFC 8445 §9). */
    public boolean isOfSameAgentAs(MediaDescription other) {
        return fragment.equals(other.fragment) && password.equals(other.password);
    }

    @Override
    public String toString() {
        return "MediaDescription[" + fragment + ", " + candidates + "]";
    }
}

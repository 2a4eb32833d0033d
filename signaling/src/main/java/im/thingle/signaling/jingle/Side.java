// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

/** One of the two parties of a brokered session. Immutable. */
public enum Side {
    /** Who began it. */
    FIRST,
    /** Who was asked. */
    SECOND;

    public Side other() {
        return this == FIRST ? SECOND : FIRST;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.List;

/**
 * Who reaches whom through the gateway. What was added is there after a crash too. Safe from any thread; short enough
 * to be called on an event loop.
 */
public interface ContactsPort {
    /** A user of ours and whom that user wrote to first. Immutable. */
    record Contact(String owner, String other) {}

    /** What came of adding. */
    enum Added {
        NEW,
        KNOWN,
        /** The owner has as many as one may have. */
        LIMITED
    }

    /** Whether the two know each other, whoever began; bare JIDs. */
    boolean contains(String one, String other);

    /** The owner may reach the other from now on, and the other the owner. */
    Added add(String owner, String other);

    /** The two do not know each other any more. */
    void remove(String one, String other);

    List<Contact> all();
}

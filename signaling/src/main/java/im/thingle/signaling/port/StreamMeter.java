// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** The limits on bytes of one session that go in stanzas only, and so past the sockets. Confined to its user's thread. */
public interface StreamMeter {
    /** Whether more may be read; if not, it is worth to ask again in a second. */
    boolean mayRead();

    /** Whether the day's bytes of whoever pays are used up, which ends the stream. */
    boolean exhausted();

    /** Books bytes that have come, or gone where none come. */
    void carried(int bytes);

    /** Nothing more will be read. */
    void close();
}

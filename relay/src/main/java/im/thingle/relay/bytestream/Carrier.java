// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;

/** What carries the bytes of an active bytestream: the first leg's and those to it. Confined to its event loop. */
interface Carrier {
    /** Begins to carry. */
    void start();

    /** Bytes taken from the first leg. */
    long bytesFromFirst();

    /** Bytes taken from the other side for the first leg. */
    long bytesFromSecond();

    /** Whether one direction is over and nothing is under way in the other. */
    boolean isHalfClosed();

    /** Ends both directions now, and tells why. */
    void finish(CloseReason why);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

/** A client's connection, which is watched for taking too long. Confined to its event loop. */
interface StreamGuest {
    /** By when it must have got on. */
    long deadlineNanos();

    /** The deadline has passed. */
    void expire();

    /** The server ends it. */
    void end();
}

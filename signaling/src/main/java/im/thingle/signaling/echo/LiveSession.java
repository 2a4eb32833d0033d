// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.jingle.Leg;
import im.thingle.signaling.jingle.Reason;
import im.thingle.signaling.stanza.Reply;

/** A session of the account's, whatever it is for. Confined to its event loop. */
interface LiveSession {
    Leg leg();

    /** The Jingle reason that it has ended with; empty before. */
    String endedFor();

    /** Takes an action of the client's. */
    void onJingle(Jingle jingle, Reply reply);

    /** The client has gone offline. */
    void onVanished();

    void onTick(long nowNanos);

    /** The link was lost: the client hears of the end when it is back. */
    void onLinkLost();

    /** Ends it, and says why. */
    void end(Reason reason, String why);

    /** Nothing is to be waited for any more. */
    void release();

    /** A fault of ours has come up in it. */
    default void broke() {
        try {
            end(Reason.GENERAL_ERROR, "something broke in the relay");
        } finally {
            release();
        }
    }
}

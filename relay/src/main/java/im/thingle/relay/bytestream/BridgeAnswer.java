// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.Refusal;

/** What came of a bridging; exactly one method is called, once, on an event loop. */
public interface BridgeAnswer {
    /** The leg is whoever's asked. */
    void bridged(BridgeCommands leg);

    /** The relay declined. */
    void refused(Refusal why);

    /** A fault of ours. */
    void failed();
}

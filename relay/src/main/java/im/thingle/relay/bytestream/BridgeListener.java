// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;

/** Told by a bridged leg, on its event loop. It may answer at once. */
public interface BridgeListener {
    /** Answers {@link BridgeCommands#read}: at least one byte, which the listener may keep. */
    void data(byte[] bytes);

    /** Answers {@link BridgeCommands#write}: the kernel has taken all of it. */
    void written();

    /** Answers {@link BridgeCommands#read}: the client has sent its end of file. */
    void ended();

    /** The leg is no more, and neither way was brought to its end; nothing follows. */
    void broken(CloseReason why);
}

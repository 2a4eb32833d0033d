// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.srtp.SourceMask;

/** Gets what came of a request for a call that ends here: one of the two, once, on some event loop. */
public interface MirrorAnswer {
    /**
     * @param ours what the party, who is the initiator, is to be told
     * @param mask what makes sources of ours from the party's
     */
    void opened(CallControl call, IceDescription ours, SourceMask mask);

    void refused(CallRefusal why);
}

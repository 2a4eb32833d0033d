// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/** Gets what came of a request for a call: one of the two, once, on some event loop. */
public interface CallAnswer {
    /**
     * @param initiator what the initiator is to be told
     * @param responder what the responder is to be told
     */
    void opened(CallControl call, IceDescription initiator, IceDescription responder);

    void refused(CallRefusal why);
}

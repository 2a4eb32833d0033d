// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

/** Answers the IQ requests of one payload. Confined to its event loop. */
@FunctionalInterface
public interface IqHandler {
    /** Handles a get or set that has a sender and a payload; may answer through {@code reply} after returning. */
    void handle(Iq request, Reply reply);
}

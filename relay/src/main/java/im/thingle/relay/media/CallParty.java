// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/** Who of the two parties of a call. Immutable. */
public enum CallParty {
    INITIATOR,
    RESPONDER;

    public CallParty other() {
        return this == INITIATOR ? RESPONDER : INITIATOR;
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** Who of the two parties of a brokered call. Immutable. */
public enum MediaParty {
    INITIATOR,
    RESPONDER
}

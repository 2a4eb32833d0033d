// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

/** Is told what becomes of a call. Called on the call's event loop; implementations must not block. */
public interface CallListener {
    /** Both parties are reached: media flows. */
    void connected();

    /** A party has begun anew (RFC 8445 §9): it must be told this. */
    void restarted(CallParty party, IceDescription ours);

    /** Nothing flows any more; told once, if the call was opened. */
    void ended(CallReport report);
}

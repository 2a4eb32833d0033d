// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** Is told what becomes of a call. May be called from any thread. */
public interface MediaListener {
    /** Both parties are reached. */
    void connected();

    /** A party has begun anew: it is to be told this. */
    void restarted(MediaParty party, MediaDescription ours);

    /** Told once, whoever ended it. */
    void ended(MediaEnd end);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** A call that was opened; once it has ended, nothing has any effect. Safe from any thread, never blocks. */
public interface MediaCall {
    /** What a party is to be told of us. */
    MediaDescription ours(MediaParty party);

    /**
     * What a party tells of itself: first all there is, later more candidates, or another agent, and then
     * {@link MediaListener#restarted} tells what the party is to be told in turn.
     */
    void theirs(MediaParty party, MediaDescription theirs);

    /** There are no more components than this (RFC 5761); before {@link #start}. */
    void reduce(int components);

    /** The party has been told everything: it is contacted from now on. */
    void start(MediaParty party);

    void end();

    /** Ends it, because both parties send over another one's ports what was for these (RFC 8843). */
    void bundled();
}

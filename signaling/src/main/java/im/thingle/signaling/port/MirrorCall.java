// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** A call that ends with us; once it has ended, nothing has any effect. Safe from any thread, never blocks. */
public interface MirrorCall {
    /** What the party is to be told of us. */
    MediaDescription ours();

    /** The source (SSRC) that we send with what comes from this one of the party's. */
    long turned(long source);

    /** What the party tells of itself, as in {@link MediaCall#theirs}. */
    void theirs(MediaDescription theirs);

    /** The party has been told everything: it is contacted from now on. */
    void start();

    void end();
}

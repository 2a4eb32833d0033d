// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** Is told what becomes of a call that ends with us. May be called from any thread. */
public interface MirrorListener {
    /** The party is reached. */
    void connected();

    /** Media flows, secured as the profile of that name says (RFC 5764 §4.1.2). */
    void secured(String profile);

    /** The party has begun anew: it is to be told this. */
    void restarted(MediaDescription ours);

    /** Told once, whoever ended it. */
    void ended(MirrorEnd end);
}

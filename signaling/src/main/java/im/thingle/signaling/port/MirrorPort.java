// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls that end with us, and whose media goes back to who sends it. Safe from any thread, never blocks. */
public interface MirrorPort {
    /** What our end is known by. */
    MediaFingerprint fingerprint();

    /** Whether a fingerprint can be checked. */
    boolean understands(MediaFingerprint fingerprint);

    /**
     * Opens one, with a single component; the party is to begin DTLS (RFC 5763 §5).
     *
     * @param theirs what the party's certificate is known by; all of them are understood
     * @param whenDone told once, from any thread; empty: no ports, a limit, or we go down
     */
    void open(StreamParties parties, List<MediaFingerprint> theirs, MirrorListener listener,
            Consumer<Optional<MirrorCall>> whenDone);
}

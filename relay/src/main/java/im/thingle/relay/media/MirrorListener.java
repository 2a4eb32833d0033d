// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.srtp.MirrorCounts;
import im.thingle.relay.srtp.SrtpProfile;

/** Is told what becomes of a call that ends here. Called on the call's event loop; implementations must not block. */
public interface MirrorListener {
    /** The party is reached. */
    void connected();

    /** Media flows, secured like this. */
    void secured(SrtpProfile profile);

    /** The party has begun anew (RFC 8445 §9): it must be told this. */
    void restarted(IceDescription ours);

    /** Nothing flows any more; told once, if the call was opened. */
    void ended(CallReport report, MirrorCounts counts);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.udp.Datagram;

/** Where the media of a party goes. Confined to its event loop. */
interface MediaTarget {
    /** Whether anything can be taken now. */
    boolean isReady();

    /** Takes what is no STUN and comes from where the party has proven to be. */
    void take(Datagram datagram);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.List;

/**
 * One client's end of a brokered bytestream: the SOCKS5 destination addresses (40 lower-case hex digits each) that it
 * may come with. There are several, because clients differ in how they order the JIDs that go into the hash. Immutable.
 */
public record StreamLeg(List<String> hashes) {
    public StreamLeg {
        hashes = List.copyOf(hashes);
    }
}

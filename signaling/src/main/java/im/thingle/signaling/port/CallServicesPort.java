// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.List;

/**
 * What External Service Discovery (XEP-0215) tells about STUN and TURN. Implementations are safe from any thread and
 * never block.
 */
public interface CallServicesPort {
    /** The services to tell clients, best first; may be empty, and is answered even while the relay is full. */
    List<CallService> services();

    /**
     * Makes the credential that opens every restricted service.
     *
     * @param account prepared bare JID of the user it is made for
     */
    CallCredential credential(String account);
}

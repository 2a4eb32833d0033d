// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** Who may use the component. Implementations are safe from any thread. */
@FunctionalInterface
public interface AccessPort {
    /**
     * @param bareJid prepared bare JID ({@code user@domain} or {@code domain}) of whoever asks
     * @param component the component's own domain, on which the default rule depends
     */
    boolean permits(String bareJid, String component);
}

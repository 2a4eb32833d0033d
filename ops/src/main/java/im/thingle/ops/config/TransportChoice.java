// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

/** What the operator says about how sockets are driven. Immutable. */
public enum TransportChoice {
    /** Epoll where the system has it, the JDK's selector elsewhere. */
    AUTO,
    /** Epoll, or no start at all. */
    EPOLL,
    /** The JDK's selector. */
    NIO
}

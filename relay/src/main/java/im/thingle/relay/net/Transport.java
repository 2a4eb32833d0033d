// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.net;

/** How sockets are driven. Immutable. */
public enum Transport {
    /** Linux epoll; streams between two plain sockets are spliced in the kernel. */
    EPOLL,
    /** The JDK's selector, on any system; bytes are copied through a buffer. */
    NIO
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.udp;

/** The numbers of Linux's errors, which are the same on every processor. Immutable. */
final class Errno {
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EINVAL = 22;
    static final int EMSGSIZE = 90;
    static final int EOPNOTSUPP = 95;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETUNREACH = 101;
    static final int ENOBUFS = 105;
    static final int ECONNREFUSED = 111;
    static final int EHOSTUNREACH = 113;

    private Errno() {}

    /** What the error is called, for a person. */
    static String text(int errno) {
        return switch (errno) {
            case 13 -> "permission denied";
            case 23, 24 -> "too many open files";
            case 97 -> "address family not supported";
            case ENOMEM, ENOBUFS -> "out of memory";
            case EADDRINUSE -> "address already in use";
            case EADDRNOTAVAIL -> "not an address of this machine";
            default -> "error " + errno;
        };
    }
}

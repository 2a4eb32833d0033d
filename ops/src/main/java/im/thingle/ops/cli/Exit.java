// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

/** Exit statuses, after sysexits(3). Immutable. */
public enum Exit {
    OK(0, "all went well, also after a signal"),
    USAGE(64, "the command line is wrong"),
    UNAVAILABLE(69, "something that must be there is missing, such as epoll, a JDK, or a TURN server that answers"),
    INTERNAL(70, "a fault of Thingle's own; please report it"),
    IO(74, "an address cannot be bound, or another input/output error"),
    REFUSED(77, "the credentials that were to be verified are not accepted"),
    CONFIG(78, "the configuration is wrong; a restart will not help");

    private final int status;
    private final String meaning;

    Exit(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    public int status() {
        return status;
    }

    public String meaning() {
        return meaning;
    }
}

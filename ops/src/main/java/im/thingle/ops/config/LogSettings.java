// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

/** What the operator decides about log lines. Immutable. */
public record LogSettings(Level level, Format format, Addresses addresses) {
    /** Until the configuration is read. */
    public static final LogSettings DEFAULT = new LogSettings(Level.INFO, Format.TEXT, Addresses.FULL);

    /** The least serious lines to write. */
    public enum Level { ERROR, WARN, INFO, DEBUG, TRACE }

    /** The form of a line. */
    public enum Format { TEXT, JSON }

    /** How much of a client's address is written. */
    public enum Addresses {
        /** All of it. */
        FULL,
        /** Its network: the first 24 bits of IPv4, the first 48 of IPv6. */
        MASKED
    }
}

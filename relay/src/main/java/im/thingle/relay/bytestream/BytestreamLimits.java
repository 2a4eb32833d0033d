// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

/**
 * Ceilings on what clients may have of the proxy; 0 means no limit everywhere. Rates are bytes per second over both
 * directions together, days are UTC days, addresses are single IPv4 addresses and IPv6 /64 networks. Immutable.
 */
public record BytestreamLimits(
        int streams,
        int streamsPerJid,
        int streamsPerAddress,
        int parked,
        int parkedPerAddress,
        long rate,
        long ratePerStream,
        long ratePerJid,
        long ratePerAddress,
        long bytesPerDay,
        long bytesPerDayPerJid,
        long bytesPerDayPerAddress) {
    /** No limit at all, for tests. */
    public static final BytestreamLimits NONE = new BytestreamLimits(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

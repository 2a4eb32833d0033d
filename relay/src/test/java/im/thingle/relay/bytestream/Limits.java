// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

/** One limit, and no other. */
final class Limits {
    private Limits() {}

    static BytestreamLimits streams(int count) {
        return new BytestreamLimits(count, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    static BytestreamLimits streamsPerJid(int count) {
        return new BytestreamLimits(0, count, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    static BytestreamLimits streamsPerAddress(int count) {
        return new BytestreamLimits(0, 0, count, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    static BytestreamLimits parked(int count) {
        return new BytestreamLimits(0, 0, 0, count, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    static BytestreamLimits parkedPerAddress(int count) {
        return new BytestreamLimits(0, 0, 0, 0, count, 0, 0, 0, 0, 0, 0, 0);
    }

    static BytestreamLimits ratePerStream(long bytesPerSecond) {
        return new BytestreamLimits(0, 0, 0, 0, 0, 0, bytesPerSecond, 0, 0, 0, 0, 0);
    }

    static BytestreamLimits ratePerJid(long bytesPerSecond) {
        return new BytestreamLimits(0, 0, 0, 0, 0, 0, 0, bytesPerSecond, 0, 0, 0, 0);
    }

    static BytestreamLimits bytesPerDayPerJid(long bytes) {
        return new BytestreamLimits(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, bytes, 0);
    }
}

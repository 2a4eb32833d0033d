// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.net.StreamSocket;
import im.thingle.relay.socks5.StreamKey;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * A bytestream that carries bytes, between two sockets or between one and whoever bridges it: whose it is, and what it
 * has moved. Confined to its event loop.
 */
final class ActiveStream {
    private final StreamKey key;
    private final Parties parties;
    private final List<StreamSocket> sockets;
    private final Quotas.Lease lease;
    private final Consumer<StreamReport> whenEnded;
    private final long sinceNanos;
    private Carrier carrier;
    private long seenBytes;
    private long movedNanos;
    private boolean halfClosed;

    /**
     * @param sockets in the order they came; one alone is bridged
     * @param whenEnded told the whole story, once
     */
    ActiveStream(StreamKey key, Parties parties, List<StreamSocket> sockets, Quotas.Lease lease,
            Consumer<StreamReport> whenEnded, long nowNanos) {
        this.key = key;
        this.parties = parties;
        this.sockets = sockets;
        this.lease = lease;
        this.whenEnded = whenEnded;
        this.sinceNanos = nowNanos;
        this.movedNanos = nowNanos;
    }

    StreamKey key() {
        return key;
    }

    Parties parties() {
        return parties;
    }

    List<StreamSocket> sockets() {
        return sockets;
    }

    /** Says what is to carry the bytes; before anything else is asked. */
    void carrier(Carrier what) {
        carrier = what;
    }

    Carrier carrier() {
        return carrier;
    }

    /** Bytes that moved since the last call; remembers when that was more than none, or an end of file. */
    long moved(long nowNanos) {
        long now = carrier.bytesFromFirst() + carrier.bytesFromSecond();
        long delta = now - seenBytes;
        boolean isHalfClosed = carrier.isHalfClosed();
        if (delta > 0 || isHalfClosed && !halfClosed) {
            movedNanos = nowNanos;
        }
        seenBytes = now;
        lease.carried(now);
        halfClosed = isHalfClosed;
        return delta;
    }

    /** How long neither a byte nor an end of file has moved, as far as {@link #moved} knows. */
    long silentNanos(long nowNanos) {
        return nowNanos - movedNanos;
    }

    /** The story is at its end, the limits are given back. */
    StreamReport close(CloseReason reason, long nowNanos) {
        lease.release();
        return report(reason, nowNanos);
    }

    /** Tells whoever asked for the stream. */
    void tell(StreamReport report) {
        whenEnded.accept(report);
    }

    /** The story so far, or the whole story; {@code reason} is null while it is active. */
    StreamReport report(CloseReason reason, long nowNanos) {
        return new StreamReport(
                key.toString(),
                parties.requester(),
                parties.target(),
                parties.session(),
                address(0),
                address(1),
                carrier.bytesFromFirst(),
                carrier.bytesFromSecond(),
                nowNanos - sinceNanos,
                reason);
    }

    private InetSocketAddress address(int index) {
        return index < sockets.size() ? sockets.get(index).remoteAddress() : null;
    }
}

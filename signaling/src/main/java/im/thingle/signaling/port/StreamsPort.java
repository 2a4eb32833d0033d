// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sockets of brokered bytestreams. Safe from any thread; outcomes may come from any thread, possibly before the
 * method returns.
 */
public interface StreamsPort {
    /** Where clients are told to connect to, best first; never empty. */
    List<Streamhost> streamhosts();

    /** One socket with one of these hashes may come and park; a second one is refused, whatever its hash. */
    void expect(StreamLeg leg);

    /** Forgets a leg; a socket that is parked for it is closed. What {@link #join} or {@link #bridge} took stays. */
    void release(StreamLeg leg);

    /**
     * Joins two parked sockets: bytes flow both ways as in any proxied stream, under the same limits.
     *
     * @param whenDone told once
     * @param whenEnded told once, if and only if the outcome was {@code ACTIVATED}
     */
    void join(StreamLeg first, StreamLeg second, StreamParties parties, Consumer<ActivationOutcome> whenDone,
            Consumer<StreamEnd> whenEnded);

    /** Takes a parked socket for reading and writing; empty if none is parked or a limit stands in the way. */
    void bridge(StreamLeg leg, StreamParties parties, ByteStreamListener listener,
            Consumer<Optional<ByteStream>> whenDone);

    /** The limits on bytes that go past all sockets, in stanzas on both legs; to be closed. */
    StreamMeter meter(StreamParties parties);

    /** Ends the stream that {@link #join} made of this leg, if it is still there. */
    void cut(StreamLeg leg);
}

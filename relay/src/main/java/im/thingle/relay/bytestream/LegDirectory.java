// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.socks5.StreamKey;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Which brokered legs are expected and which are joined, for all event loops together. Asked once per handshake and a
 * few times per stream, never per byte. Safe from any thread.
 */
final class LegDirectory {
    /**
     * Several legs may share a key: transports of one Jingle session, where a client takes the session's id for theirs.
     */
    private final ConcurrentHashMap<StreamKey, List<BrokeredLeg>> expected = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<StreamKey, Joining> joined = new ConcurrentHashMap<>();

    void expect(BrokeredLeg leg) {
        for (StreamKey key : leg.keys()) {
            expected.merge(key, List.of(leg), (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
        }
    }

    /** Forgets the oldest leg with these keys, which nobody else has; null if there is none. */
    BrokeredLeg release(List<StreamKey> keys) {
        BrokeredLeg leg;
        do {
            leg = find(keys);
        } while (leg != null && !forget(leg));
        return leg;
    }

    /** False if somebody else has in the meantime. */
    private boolean forget(BrokeredLeg leg) {
        AtomicBoolean mine = new AtomicBoolean();
        BiFunction<StreamKey, List<BrokeredLeg>, List<BrokeredLeg>> without = (key, legs) -> {
            List<BrokeredLeg> others = legs.stream().filter(each -> each != leg).toList();
            mine.compareAndSet(false, key.equals(leg.key()) && others.size() < legs.size());
            return others.isEmpty() ? null : others;
        };
        leg.keys().forEach(key -> expected.computeIfPresent(key, without));
        return mine.get();
    }

    /** The oldest leg with these keys; null if there is none. */
    BrokeredLeg find(List<StreamKey> keys) {
        return expected.getOrDefault(keys.getFirst(), List.of()).stream()
                .filter(leg -> leg.keys().equals(keys))
                .findFirst()
                .orElse(null);
    }

    /** For whom a socket with this key is: the oldest leg that has none yet; null if the key is no brokered leg's. */
    BrokeredLeg of(StreamKey key) {
        List<BrokeredLeg> legs = expected.getOrDefault(key, List.of());
        return legs.stream()
                .filter(leg -> !leg.isOccupied())
                .findFirst()
                .orElse(legs.isEmpty() ? null : legs.getFirst());
    }

    /** Notes under both its legs what is to be cut; false if one of them is joined already. */
    boolean enter(Joining joining) {
        if (joined.putIfAbsent(joining.first().key(), joining) != null) {
            return false;
        }
        if (joined.putIfAbsent(joining.second().key(), joining) != null) {
            joined.remove(joining.first().key(), joining);
            return false;
        }
        return true;
    }

    void leave(Joining joining) {
        joined.remove(joining.first().key(), joining);
        joined.remove(joining.second().key(), joining);
    }

    /** What this leg is joined in, or is about to be; null if nothing. */
    Joining joining(StreamKey leg) {
        return joined.get(leg);
    }

    /** How many keys are remembered. */
    int remembered() {
        return expected.size() + joined.size();
    }
}

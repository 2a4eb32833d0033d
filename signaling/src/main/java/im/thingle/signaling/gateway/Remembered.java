// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * What strangers make us remember, by a text of theirs: so many entries and so many characters, keys among them. What
 * nobody has asked for longest is forgotten first. Confined to its event loop.
 */
final class Remembered<V> {
    private final int most;
    private final long mostCharacters;
    private final ToIntFunction<V> characters;
    private final Map<String, V> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long sum;

    /** @param characters how many a value has */
    Remembered(int most, long mostCharacters, ToIntFunction<V> characters) {
        this.most = most;
        this.mostCharacters = mostCharacters;
        this.characters = characters;
    }

    /** Null if it is not known, or not any more. */
    V get(String key) {
        return entries.get(key);
    }

    void put(String key, V value) {
        V before = entries.put(key, value);
        sum += cost(key, value) - (before == null ? 0 : cost(key, before));
        Iterator<Map.Entry<String, V>> eldest = entries.entrySet().iterator();
        while (entries.size() > most || sum > mostCharacters) {
            Map.Entry<String, V> forgotten = eldest.next();
            sum -= cost(forgotten.getKey(), forgotten.getValue());
            eldest.remove();
        }
    }

    private long cost(String key, V value) {
        return key.length() + characters.applyAsInt(value);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

/**
 * Finds a client by where its datagram came from, without making an object: open addressing, linear probing, at most
 * half full. Only clients with an allocation are in it. Confined to its event loop.
 */
final class UdpClients {
    private static final int SMALLEST = 64;

    private final long seed;
    private UdpClient[] table = new UdpClient[SMALLEST];
    private int count;

    /**
     * @param seed at random, so that nobody can choose addresses that collide
     */
    UdpClients(long seed) {
        this.seed = seed;
    }

    /** The client of this address at this listener, or null. */
    UdpClient find(UdpListener listener, long high, long low, int port) {
        UdpClient[] clients = table;
        int mask = clients.length - 1;
        for (int i = spread(high, low, port) & mask; ; i = i + 1 & mask) {
            UdpClient client = clients[i];
            if (client == null || client.isAt(listener, high, low, port)) {
                return client;
            }
        }
    }

    /** Puts a client in, in the place of one with the same address. */
    void put(UdpClient client) {
        if (2 * (count + 1) > table.length) {
            resize(2 * table.length);
        }
        if (insert(client)) {
            count++;
        }
    }

    /** Takes a client out, if it is in. */
    void remove(UdpClient client) {
        int mask = table.length - 1;
        int hole = home(client);
        while (table[hole] != client) {
            if (table[hole] == null) {
                return;
            }
            hole = hole + 1 & mask;
        }
        // whoever was put behind it for want of room moves up, else a search would end at the hole
        for (int i = hole + 1 & mask; table[i] != null; i = i + 1 & mask) {
            if ((i - home(table[i]) & mask) >= (i - hole & mask)) {
                table[hole] = table[i];
                hole = i;
            }
        }
        table[hole] = null;
        count--;
        if (table.length > SMALLEST && 8 * count < table.length) {
            resize(table.length / 2);
        }
    }

    int count() {
        return count;
    }

    private boolean insert(UdpClient client) {
        int mask = table.length - 1;
        int i = home(client);
        while (table[i] != null && !table[i].isAt(client.listener(), client.high(), client.low(), client.port())) {
            i = i + 1 & mask;
        }
        boolean fresh = table[i] == null;
        table[i] = client;
        return fresh;
    }

    private void resize(int length) {
        UdpClient[] before = table;
        table = new UdpClient[length];
        for (UdpClient client : before) {
            if (client != null) {
                insert(client);
            }
        }
    }

    private int home(UdpClient client) {
        return spread(client.high(), client.low(), client.port()) & table.length - 1;
    }

    private int spread(long high, long low, int port) {
        long hash = (high ^ seed) * 0x9E3779B97F4A7C15L;
        hash = (hash ^ low ^ hash >>> 32) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ port ^ hash >>> 29) * 0x94D049BB133111EBL;
        return (int) (hash >>> 32);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** What brokered Jingle sessions tell logs, counters and the list of sessions. Safe from any thread. */
public interface BrokerEvents {
    /**
     * A session begins. {@code session} names it in all calls.
     *
     * @param end ends it on both legs; from any thread, at any time, any number of times
     */
    void started(BrokeredSession session, Runnable end);

    /** Bytes flow; each is a short fixed word for a leg, such as {@code socks5}, {@code in-band} or {@code ice}. */
    void carries(BrokeredSession session, String first, String second);

    /**
     * Nothing is left of a session, what was under way has been delivered. Told once.
     *
     * @param reason the Jingle reason, such as {@code success}
     * @param by the full JID of who ended it; empty: the broker
     * @param bytes that it has carried, both ways together
     */
    void ended(BrokeredSession session, String reason, String by, long bytes);

    /** A fault of ours ended a session. */
    void bug(String where, Throwable fault);
}

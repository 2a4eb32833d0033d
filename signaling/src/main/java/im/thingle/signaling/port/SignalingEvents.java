// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

import java.util.List;

/** What happens on the component link, for logs and counters: the only seam to them. Safe from any thread. */
public interface SignalingEvents {
    /** The handshake was accepted; stanzas flow. */
    void linkUp(String component, String server);

    /** The link is gone, or could not be made. {@code advice} says what the operator should change, or is empty. */
    void linkDown(String component, String server, String reason, String advice, long retryInMillis);

    /**
     * The server announced that it hands us what its users ask it (XEP-0355 §4.2); once for each namespace and link.
     *
     * @param server the domain that delegates
     */
    void delegated(String component, String server, List<String> namespaces);

    /** An IQ was answered with a result. {@code what} is a short fixed word, such as {@code disco-info}. */
    void answered(String what);

    /**
     * An IQ was answered with an error, or a stanza of any kind was dropped unread because it goes beyond the parser's limits.
     *
     * @param what a short fixed word, such as {@code disco-info}; {@code stanza} for one that was dropped
     * @param condition the stanza error's element name
     * @param from empty if unknown
     */
    void refused(String what, String condition, String from, String why);

    /**
     * A message or presence was answered with an error.
     *
     * @param what a short fixed word for who refused it, such as {@code gateway}
     * @param kind {@code message} or {@code presence}
     * @param condition the stanza error's element name
     * @param to the address of ours that it was for
     */
    void turnedAway(String what, String kind, String condition, String from, String to, String why);

    /**
     * A fault of ours; what was being done is given up, everything else goes on.
     *
     * @param where a short fixed word, such as {@code disco-info}
     */
    void bug(String where, Throwable fault);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle.transport;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import java.util.function.Consumer;

/** The component's end of one streaming transport on one leg. Confined to its event loop. */
public sealed interface StreamTransport permits Socks5Transport, InBandTransport {
    /** What a transport wants done; never calls back into it during the call. Confined to its event loop. */
    interface Output {
        /** To be sent to the client in a transport-info action. */
        void transportInfo(Element transport);

        /** Asks the client; {@code whenAnswered} gets its answer, or null if none came. */
        void ask(Element payload, Consumer<Iq> whenAnswered);

        /** Bytes can be carried. Told once at most. */
        void ready();

        /** This transport will not come to pass. Told once at most, and not after {@link #ready}. */
        void failed(String why);
    }

    String namespace();

    /** A short fixed word for logs and counters. */
    String word();

    /** Our {@code <transport/>}, to be offered or answered with. */
    Element local();

    /** Takes theirs, from an offer or an answer to ours. */
    void remote(Element transport);

    /** Both sides have agreed to this transport. */
    void start();

    /** Whether theirs from a transport-info action makes sense. */
    default boolean understands(Element transport) {
        return true;
    }

    /** Takes theirs from a transport-info action. */
    void info(Element transport);

    /** It is not needed any more, or never will be. */
    void close();
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What carries contents of one session from leg to leg: it ends the transport of each leg and joins the two. One carriage
 * has one content, or all that share a transport. Confined to its event loop.
 */
public interface Carriage {
    /** What a carriage wants done; never calls back into it during the call. Confined to its event loop. */
    interface Output {
        /** Tells a client about the transports of these contents, in one action. */
        void transportInfo(Side to, List<Content> contents);

        /** Proposes another transport (XEP-0166 §7.2.15) to a client whose session we began. */
        void replace(Side to, Content.Key content, Element transport);

        /** Asks a client something that is not Jingle; {@code whenAnswered} gets its answer, or null if none came. */
        void ask(Side to, Element payload, Consumer<Iq> whenAnswered);

        /** Bytes flow, over these transports. */
        void carries(String first, String second);

        /** Bytes will never flow, or do not any more though nobody has ended the session. */
        void failed(Reason reason, String why);

        /** Nothing is left of it; {@code bytes} of both ways together have been carried. */
        void over(long bytes);
    }

    /** A content that the first party offers, or one that either party adds; {@code by} is who. */
    void offered(Side by, Content content);

    /**
     * Gets ready what {@link #local} will tell.
     *
     * @param whenReady told once whether it is; possibly before the method returns
     */
    void prepare(Consumer<Boolean> whenReady);

    /** Our transport for this party. */
    Element local(Side to, Content.Key content);

    /**
     * Both parties send a content that they are agreeing on together with what is carried here (RFC 8843).
     *
     * @param with the content whose transport that is, possibly the same
     * @param own what has been got ready for it, possibly this one; it is given up
     * @return false: it stays with its own
     */
    default boolean bundle(Content.Key content, Content.Key with, Carriage own) {
        return false;
    }

    /**
     * The transport with which a party accepts ours.
     *
     * @return the reason why this content cannot be carried so; empty if it can
     */
    Optional<Element> accepted(Side by, Content content);

    /** Session or content are agreed on this leg. */
    void start(Side on);

    /** Whether a transport-info action makes sense; if not, its sender is told so, and it is not taken. */
    default boolean understands(Side from, Content content) {
        return true;
    }

    /** A transport-info action. */
    void info(Side from, Content content);

    /** A party wants another transport; false if this cannot be, else {@link #local} has the answer to it. */
    boolean replace(Side by, Content content);

    /** A party accepts the one that was proposed to it. */
    void replaced(Side by, Content content);

    /** A party rejects the one that was proposed to it. */
    void rejected(Side by);

    /** The content is no part of the session any more. */
    void removed(Content.Key content);

    /** The link to the server was lost: answers to what was asked will never come. */
    void linkLost();

    /**
     * The session is over.
     *
     * @param delivering whether bytes that are under way are still to be delivered
     */
    void end(boolean delivering);

    /** Called about once a second. */
    void onTick(long nowNanos);
}

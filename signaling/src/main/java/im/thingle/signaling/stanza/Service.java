// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Element;
import java.util.List;

/**
 * A part of the component: what it answers, and what service discovery (XEP-0030) tells of it. Confined to its event
 * loop.
 */
public interface Service {
    /** The features it adds to the component's own; fixed for the life of the link. */
    List<String> features();

    /** The {@code <identity/>} elements it adds. */
    default List<Element> identities() {
        return List.of();
    }

    /** Says what it answers; called once. */
    void route(Routes routes);

    /** Called about once a second, whether the link is up or not. */
    default void onTick(long nowNanos) {}

    default void onLinkUp() {}

    /** The link is about to be closed in order; {@link #onLinkDown} follows, and until then stanzas still go out. */
    default void onLeaving() {}

    /** Stanzas go out no more, unless {@link #onLeaving} came before. */
    default void onLinkDown() {}
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Element;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Where a {@link Service} says what it answers. Confined to its event loop. */
public interface Routes {
    /**
     * Gives {@code handler} every get with this payload.
     *
     * @param what a short fixed word for logs and counters
     */
    Routes onGet(String name, String namespace, String what, IqHandler handler);

    /** Gives {@code handler} every set with this payload; {@code what} as for {@link #onGet}. */
    Routes onSet(String name, String namespace, String what, IqHandler handler);

    /** Gives {@code handler} every message, but for bounced ones, with a child of that name and namespace. */
    Routes onMessage(String name, String namespace, MessageHandler handler);

    /**
     * Gives {@code handler} every stanza to an account of ours ({@code user@component}, with or without a resource),
     * but for answers to {@link Requests} and malformed IQs. Of several services the first is asked first, and the next
     * if it leaves the stanza alone; without any, nobody answers there.
     *
     * @param what as for {@link #onGet}
     */
    Routes onAccounts(String what, StanzaHandler handler);

    /**
     * Answers disco#info (XEP-0030 §3.2) of the nodes that match; of two services that know a node, the first is asked.
     */
    Routes infoNode(Predicate<String> node, IqHandler handler);

    /** Answers disco#items (XEP-0030 §4.2) of the nodes that match, as {@link #infoNode} does. */
    Routes itemsNode(Predicate<String> node, IqHandler handler);

    /** Adds {@code <item/>} elements to the component's own disco#items. */
    Routes items(Function<Iq, List<Element>> items);
}

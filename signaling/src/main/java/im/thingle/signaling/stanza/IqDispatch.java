// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.xml.Element;
import java.util.function.Consumer;

/** Has requests answered that came inside other stanzas. Confined to its event loop. */
@FunctionalInterface
public interface IqDispatch {
    /**
     * Brings the request to the handler of its payload, whatever its address.
     *
     * @param request with sender and id
     * @param send gets the whole result or error, exactly once, now or later
     */
    void dispatch(Iq request, Consumer<Element> send);
}

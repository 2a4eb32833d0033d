// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.form.DataForm;
import im.thingle.signaling.form.Submission;
import im.thingle.signaling.xml.Element;
import java.util.function.BiConsumer;

/**
 * A form that waits to be filled in (XEP-0050 §2.4.2). Immutable.
 *
 * @param forward what comes after it: {@link Action#NEXT} or {@link Action#COMPLETE}
 * @param then goes on with what was filled in
 */
record Stage(DataForm form, Action forward, BiConsumer<Submission.Valid, Exchange> then) {
    /** What is allowed here; to execute means to go forward, and to cancel needs no mention (XEP-0050 §3.4). */
    Element actions(boolean isFirst) {
        Element.Builder actions = Element.of("actions", Commands.NAMESPACE).attribute("execute", forward.word());
        if (!isFirst) {
            actions.child(Element.of(Action.PREV.word(), Commands.NAMESPACE));
        }
        return actions.child(Element.of(forward.word(), Commands.NAMESPACE)).build();
    }
}

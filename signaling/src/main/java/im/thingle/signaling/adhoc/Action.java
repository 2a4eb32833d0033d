// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.xml.Element;
import java.util.Locale;
import java.util.Optional;

/** What a requester wants of a command (XEP-0050 §4.1). Immutable. */
enum Action {
    EXECUTE,
    CANCEL,
    PREV,
    NEXT,
    COMPLETE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    String word() {
        return word;
    }

    /**
     * The action of a {@code <command/>}, which is to execute unless it says otherwise; empty if it is none of these.
     */
    static Optional<Action> of(Element command) {
        String word = command.attribute("action");
        if (word == null) {
            return Optional.of(EXECUTE);
        }
        for (Action action : values()) {
            if (action.word.equals(word)) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }
}

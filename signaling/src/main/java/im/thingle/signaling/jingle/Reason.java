// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Why a session ends (XEP-0166 §7.4), as far as the broker has reasons of its own. Immutable. */
public enum Reason {
    ALTERNATIVE_SESSION,
    BUSY,
    CANCEL,
    CONNECTIVITY_ERROR,
    FAILED_APPLICATION,
    FAILED_TRANSPORT,
    GENERAL_ERROR,
    GONE,
    INCOMPATIBLE_PARAMETERS,
    MEDIA_ERROR,
    SECURITY_ERROR,
    SUCCESS,
    TIMEOUT,
    UNSUPPORTED_APPLICATIONS,
    UNSUPPORTED_TRANSPORTS;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name of the condition's element, such as {@code failed-transport}. */
    public String word() {
        return word;
    }

    Element element() {
        return element("", null);
    }

    /**
     * The {@code <reason/>} with a text for people and a condition of the application's own.
     *
     * @param text empty: none
     * @param specific null: none
     */
    public Element element(String text, Element specific) {
        Element.Builder reason = Element.of("reason", Jingle.NAMESPACE).child(Element.of(word, Jingle.NAMESPACE));
        if (!text.isEmpty()) {
            reason.child(Element.of("text", Jingle.NAMESPACE).text(text));
        }
        if (specific != null) {
            reason.child(specific);
        }
        return reason.build();
    }

    /** The condition that a terminate action names; {@code general-error} if it names none. */
    public static String of(List<Element> others) {
        for (Element each : others) {
            if (each.is("reason", Jingle.NAMESPACE)) {
                return each.children().stream()
                        .filter(child -> child.namespace().equals(Jingle.NAMESPACE) && !child.name().equals("text"))
                        .map(Element::name)
                        .findFirst()
                        .orElse(GENERAL_ERROR.word);
            }
        }
        return GENERAL_ERROR.word;
    }

    /** The one with this word; {@code general-error} if there is none here. */
    public static Reason named(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst().orElse(GENERAL_ERROR);
    }

    /** What the one party is told when the other's client has refused the session with this error. */
    public static Reason ofRefusal(Element error) {
        if (JingleError.TIE_BREAK.isIn(error)) {
            return ALTERNATIVE_SESSION;
        }
        return switch (StanzaError.of(error)) {
            case RESOURCE_CONSTRAINT -> BUSY;
            case SERVICE_UNAVAILABLE, RECIPIENT_UNAVAILABLE, ITEM_NOT_FOUND, GONE, REDIRECT -> GONE; // nobody is followed to another address
            default -> GENERAL_ERROR;
        };
    }
}

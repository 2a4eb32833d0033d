// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code <jingle/>} element (XEP-0166 §7.1). Immutable.
 *
 * @param initiator null if absent
 * @param responder null if absent
 * @param others all children that are no contents, such as a reason, a group (XEP-0338) or a payload of session-info
 */
public record Jingle(
        JingleAction action,
        String sid,
        String initiator,
        String responder,
        List<Content> contents,
        List<Element> others) {
    public static final String NAMESPACE = "urn:xmpp:jingle:1";

    /** More are no call and no file transfer. */
    static final int MOST_CONTENTS = 16;

    static final int LONGEST_SID = 256;
    /** XEP-0167. */
    static final String CALLS = "urn:xmpp:jingle:apps:rtp:";
    /** XEP-0234, of whatever version. */
    static final String FILES = "urn:xmpp:jingle:apps:file-transfer:";

    public Jingle {
        contents = List.copyOf(contents);
        others = List.copyOf(others);
    }

    /** What the element says; empty if it breaks the rules of XEP-0166 §7. */
    public static Optional<Jingle> of(Element element) {
        Optional<JingleAction> action = JingleAction.of(element.attribute("action"));
        String sid = element.attribute("sid");
        if (action.isEmpty() || sid == null || sid.isEmpty() || sid.length() > LONGEST_SID) {
            return Optional.empty();
        }
        List<Content> contents = new ArrayList<>();
        List<Element> others = new ArrayList<>();
        for (Element child : element.children()) {
            if (child.is("content", NAMESPACE)) {
                contents.add(new Content(child));
            } else {
                others.add(child);
            }
        }
        Set<Content.Key> keys = new HashSet<>();
        boolean wellFormed = contents.size() <= MOST_CONTENTS
                && contents.stream().allMatch(each -> each.isWellFormed() && keys.add(each.key()))
                && (!contents.isEmpty() || !needsContents(action.get()));
        return wellFormed
                ? Optional.of(new Jingle(action.get(), sid, element.attribute("initiator"),
                        element.attribute("responder"), contents, others))
                : Optional.empty();
    }

    /** An action without initiator and responder. */
    static Jingle of(JingleAction action, String sid, List<Content> contents, List<Element> others) {
        return new Jingle(action, sid, null, null, contents, others);
    }

    /** What it is about: the namespaces of the descriptions. */
    Set<String> applications() {
        Set<String> applications = new HashSet<>();
        for (Content content : contents) {
            if (content.description() != null) {
                applications.add(content.description().namespace());
            }
        }
        return applications;
    }

    /** Whether two parties that send these at the same time want different things of the same session. */
    boolean collidesWith(Jingle other) {
        return action == other.action && switch (action) {
            case CONTENT_ADD -> true;
            case CONTENT_MODIFY, CONTENT_REMOVE, TRANSPORT_REPLACE -> contents.stream()
                    .anyMatch(content -> other.contents.stream().anyMatch(each -> each.key().equals(content.key())));
            default -> false;
        };
    }

    /** As it goes over the wire. */
    public Element element() {
        Element.Builder jingle = Element.of("jingle", NAMESPACE)
                .attribute("action", action.word())
                .attribute("initiator", initiator)
                .attribute("responder", responder)
                .attribute("sid", sid);
        contents.forEach(content -> jingle.child(content.element()));
        others.forEach(jingle::child);
        return jingle.build();
    }

    private static boolean needsContents(JingleAction action) {
        return switch (action) {
            case SESSION_INFO, SESSION_TERMINATE, SECURITY_INFO, DESCRIPTION_INFO -> false;
            default -> true;
        };
    }
}

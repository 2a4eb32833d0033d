// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.form;

import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.Jid;

/**
 * What somebody sent back: {@code <x type='submit'/>}, held against the form they were given (XEP-0004 §3.1, §4).
 * Fields the form does not have are ignored; those left out or empty keep the form's value. Immutable.
 */
public sealed interface Submission {
    /** It fits the form: JIDs are prepared and named once, choices are among those offered. Immutable. */
    record Valid(Map<String, List<String>> values) implements Submission {
        public Valid {
            values = Map.copyOf(values);
        }

        /** All values of a field of the form. */
        public List<String> all(String var) {
            return values.getOrDefault(var, List.of());
        }

        /** The value of a field that is required or has a default. */
        public String one(String var) {
            return all(var).getFirst();
        }
    }

    /** It does not fit. Immutable. */
    record Invalid(String why) implements Submission {}

    /**
     * Reads a submission. One of type {@code cancel} is taken for a submission, as XEP-0050 §3.5.1 asks.
     *
     * @param x null: nothing was filled in
     */
    static Submission of(DataForm form, Element x) {
        String type = x == null ? "submit" : x.attribute("type");
        if (!"submit".equals(type) && !"cancel".equals(type)) {
            return new Invalid("The form that comes back must have the type submit.");
        }
        Map<String, List<String>> values = new HashMap<>();
        for (FormField field : form.fields()) {
            if (field.type() != FieldType.FIXED) {
                List<String> sent = sent(field, x).filter(filled -> !filled.isEmpty()).orElse(field.values());
                String problem = problem(field, sent);
                if (problem != null) {
                    return new Invalid(problem);
                }
                values.put(field.var(), field.type().isJid() ? prepared(sent) : sent);
            }
        }
        return new Valid(values);
    }

    /** The values sent for a field, without blank ones; empty if the field was left out. */
    private static Optional<List<String>> sent(FormField field, Element x) {
        List<Element> all = x == null ? List.of() : x.children();
        for (Element child : all) {
            if (child.is("field", DataForm.NAMESPACE) && field.var().equals(child.attribute("var"))) {
                List<String> values = new ArrayList<>(FormField.valuesOf(child));
                values.removeIf(String::isBlank);
                values.replaceAll(String::strip);
                return Optional.of(values);
            }
        }
        return Optional.empty();
    }

    /** What is wrong with these values, or null. */
    private static String problem(FormField field, List<String> values) {
        String name = field.label() == null ? field.var() : field.label();
        if (field.type() == FieldType.HIDDEN) {
            return values.equals(field.values()) ? null : "The hidden field " + field.var() + " has another value.";
        }
        if (values.isEmpty()) {
            return field.required() ? "Please fill in: " + name : null;
        }
        if (values.size() > 1 && !field.type().isMulti()) {
            return "Only one value can be given here: " + name;
        }
        if (field.type() == FieldType.LIST_SINGLE
                && field.options().stream().noneMatch(option -> option.value().equals(values.getFirst()))) {
            return "This was not among the choices: " + name;
        }
        if (field.type().isJid() && values.stream().anyMatch(value -> Jids.parse(value).isEmpty())) {
            return "This is no JID: " + name;
        }
        return null;
    }

    private static List<String> prepared(List<String> jids) {
        LinkedHashSet<String> once = new LinkedHashSet<>();
        for (String jid : jids) {
            once.add(Jids.parse(jid).map(Jid::toString).orElseThrow());
        }
        return List.copyOf(once);
    }
}

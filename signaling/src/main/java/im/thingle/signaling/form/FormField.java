// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.form;

import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * One field of a form or of a result (XEP-0004 §3.2). Immutable.
 *
 * @param var null only for a {@link FieldType#FIXED} field
 * @param label for people; null: none
 * @param values in a form the default, in a result the answer
 * @param options what a list offers
 */
public record FormField(FieldType type, String var, String label, boolean required, List<String> values,
                        List<Option> options) {
    /** One choice; both parts are unique within the field. Immutable. */
    public record Option(String label, String value) {}

    public FormField {
        values = List.copyOf(values);
        options = List.copyOf(options);
    }

    /** Text of the form itself. */
    public static FormField fixed(String text) {
        return new FormField(FieldType.FIXED, null, null, false, List.of(text), List.of());
    }

    /** Says in whose names the other fields' are (XEP-0068). */
    public static FormField formType(String namespace) {
        return new FormField(FieldType.HIDDEN, "FORM_TYPE", null, false, List.of(namespace), List.of());
    }

    /** A field that must be filled in. */
    public static FormField required(FieldType type, String var, String label) {
        return new FormField(type, var, label, true, List.of(), List.of());
    }

    /** A choice of one; it must be made unless there is a default. */
    public static FormField choice(String var, String label, List<Option> options, List<String> byDefault) {
        return new FormField(FieldType.LIST_SINGLE, var, label, byDefault.isEmpty(), byDefault, options);
    }

    /** A field of a result. */
    public static FormField answer(FieldType type, String var, String label, List<String> values) {
        return new FormField(type, var, label, false, values, List.of());
    }

    /** A column of a table. */
    public static FormField column(FieldType type, String var, String label) {
        return answer(type, var, label, List.of());
    }

    Element element() {
        Element.Builder field = Element.of("field", DataForm.NAMESPACE)
                .attribute("type", type.word())
                .attribute("var", var)
                .attribute("label", label);
        if (required) {
            field.child(Element.of("required", DataForm.NAMESPACE));
        }
        values.forEach(value -> field.child(value(value)));
        for (Option option : options) {
            field.child(Element.of("option", DataForm.NAMESPACE)
                    .attribute("label", option.label())
                    .child(value(option.value())));
        }
        return field.build();
    }

    static Element value(String text) {
        return Element.of("value", DataForm.NAMESPACE).text(text).build();
    }

    /** The values inside a field somebody sent. */
    static List<String> valuesOf(Element field) {
        List<String> values = new ArrayList<>();
        for (Element child : field.children()) {
            if (child.is("value", DataForm.NAMESPACE)) {
                values.add(child.text());
            }
        }
        return values;
    }
}

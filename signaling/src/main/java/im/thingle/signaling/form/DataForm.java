// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.form;

import im.thingle.signaling.xml.Element;
import java.util.List;

/**
 * A form to be filled in: {@code <x type='form'/>} (XEP-0004 §3.1). {@link Submission} reads what comes back.
 * Immutable.
 *
 * @param instructions one sentence for each line
 */
public record DataForm(String title, List<String> instructions, List<FormField> fields) {
    public static final String NAMESPACE = "jabber:x:data";

    public DataForm {
        instructions = List.copyOf(instructions);
        fields = List.copyOf(fields);
    }

    public Element element() {
        Element.Builder form = x("form").child(Element.of("title", NAMESPACE).text(title));
        instructions.forEach(line -> form.child(Element.of("instructions", NAMESPACE).text(line)));
        fields.forEach(field -> form.child(field.element()));
        return form.build();
    }

    static Element.Builder x(String type) {
        return Element.of("x", NAMESPACE).attribute("type", type);
    }
}

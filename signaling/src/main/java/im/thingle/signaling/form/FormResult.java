// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.form;

import im.thingle.signaling.xml.Element;
import java.util.List;

/** What is shown in the end: {@code <x type='result'/>} as fields (XEP-0004 §3.1) or as a table (§3.4). Immutable. */
public final class FormResult {
    private FormResult() {}

    public static Element fields(String title, List<FormField> fields) {
        Element.Builder result = DataForm.x("result").child(Element.of("title", DataForm.NAMESPACE).text(title));
        fields.forEach(field -> result.child(field.element()));
        return result.build();
    }

    /**
     * A table, which since version 2.13.1 of XEP-0004 has nothing else beside it, not even a title.
     *
     * @param rows each with a cell for every column, in their order
     */
    public static Element table(List<FormField> columns, List<List<String>> rows) {
        Element.Builder reported = Element.of("reported", DataForm.NAMESPACE);
        columns.forEach(column -> reported.child(column.element()));
        Element.Builder result = DataForm.x("result").child(reported);
        rows.forEach(row -> result.child(item(columns, row)));
        return result.build();
    }

    private static Element item(List<FormField> columns, List<String> row) {
        Element.Builder item = Element.of("item", DataForm.NAMESPACE);
        for (int i = 0; i < columns.size(); i++) {
            item.child(Element.of("field", DataForm.NAMESPACE)
                    .attribute("var", columns.get(i).var())
                    .child(FormField.value(row.get(i))));
        }
        return item.build();
    }
}

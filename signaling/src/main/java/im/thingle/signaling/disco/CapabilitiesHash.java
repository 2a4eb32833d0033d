// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.disco;

import im.thingle.signaling.xml.Attribute;
import im.thingle.signaling.xml.Element;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What stands for an answer of disco#info in a presence (XEP-0115 §5), with SHA-1. Immutable. */
public final class CapabilitiesHash {
    private static final String FORM = "jabber:x:data";

    private CapabilitiesHash() {}

    /** The hash of §5.1, in Base64. */
    public static String of(Element query) {
        StringBuilder text = new StringBuilder();
        query.children().stream()
                .filter(child -> child.is("identity", DiscoInfo.NAMESPACE))
                .map(CapabilitiesHash::identity)
                .sorted()
                .forEach(text::append);
        query.children().stream()
                .filter(child -> child.is("feature", DiscoInfo.NAMESPACE))
                .map(child -> child.attribute("var") + "<")
                .sorted()
                .forEach(text::append);
        TreeMap<String, String> forms = new TreeMap<>();
        for (Element child : query.children()) {
            if (child.is("x", FORM)) {
                appendForm(child, forms);
            }
        }
        forms.values().forEach(text::append);
        return sha1(text.toString());
    }

    private static String identity(Element identity) {
        String lang = identity.attributes().stream()
                .filter(each -> each.namespace().equals(Attribute.XML_NAMESPACE) && each.name().equals("lang"))
                .map(Attribute::value)
                .findFirst()
                .orElse("");
        return List.of(text(identity, "category"), text(identity, "type"), lang, text(identity, "name")).stream()
                .collect(Collectors.joining("/", "", "<"));
    }

    private static String text(Element element, String attribute) {
        String value = element.attribute(attribute);
        return value == null ? "" : value;
    }

    private static void appendForm(Element form, TreeMap<String, String> forms) {
        String type = null;
        List<String> fields = new ArrayList<>();
        for (Element field : form.children()) {
            String name = text(field, "var");
            List<String> values = field.children().stream()
                    .filter(child -> child.name().equals("value"))
                    .map(Element::text)
                    .sorted()
                    .toList();
            if (name.equals("FORM_TYPE")) {
                type = values.isEmpty() ? null : values.getFirst();
            } else if (field.name().equals("field")) {
                fields.add(name + "<" + values.stream().map(value -> value + "<").collect(Collectors.joining()));
            }
        }
        if (type != null) {
            fields.sort(null);
            forms.put(type, type + "<" + String.join("", fields));
        }
    }

    private static String sha1(String text) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}

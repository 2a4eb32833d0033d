// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Writes {@code configuration.md} from the comments of reference.conf. */
class ConfigurationDocTest {
    private static final String RANGE = "Range: ";

    private final StringBuilder page = new StringBuilder();
    private final List<String> withoutRange = new ArrayList<>();

    @Test
    void documentsEveryKeyOfReferenceConf() throws IOException {
        page.append(introduction());

        section("thingle", ConfigFactory.parseResources("reference.conf").getObject("thingle"));

        assertThat(withoutRange).as("keys of reference.conf whose comment does not end in a line \"Range: …\"")
                .isEmpty();
        GeneratedPage.check("configuration.md", "Configuration", page.toString());
    }

    /** The comments above the first key, but for the licence. */
    private static String introduction() throws IOException {
        try (var in = ConfigurationDocTest.class.getResourceAsStream("/reference.conf")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .takeWhile(line -> !line.startsWith("thingle"))
                    .filter(line -> !line.contains("SPDX"))
                    .map(line -> line.replaceFirst("^# ?", "") + "\n")
                    .collect(Collectors.joining())
                    .strip() + "\n\n";
        }
    }

    private void section(String path, ConfigObject section) {
        var entries = section.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, ConfigValue> entry) -> entry.getValue().origin()
                        .lineNumber()))
                .toList();
        for (var entry : entries) {
            var key = path + "." + entry.getKey();
            if (entry.getValue() instanceof ConfigObject inner) {
                page.append("## ").append(key).append("\n").append(text(inner)).append("\n");
                section(key, inner);
            } else {
                key(key, entry.getValue());
            }
        }
    }

    private void key(String key, ConfigValue value) {
        var text = text(value);
        var range = text.lastIndexOf(RANGE);
        if (range < 0) {
            withoutRange.add(key);
            return;
        }
        page.append("### ").append(key).append("\n").append(text, 0, range)
                .append("- Default: `").append(rendered(value)).append("`\n- ").append(text.substring(range))
                        .append("\n");
    }

    private static String rendered(ConfigValue value) {
        var text = value.render(ConfigRenderOptions.concise().setJson(false));
        return text.equals("null") ? "none" : text;
    }

    private static String text(ConfigValue value) {
        return value.origin().comments().stream().map(String::strip).map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of documentation that is made from the code and kept beside it. */
public final class GeneratedPage {
    /** Shown in the page and by the test that finds it stale. */
    static final String COMMAND =
            "mvn -q -pl ops -am test -Dtest='*DocTest' -Dsurefire.failIfNoSpecifiedTests=false -Dthingle.docs=write";

    private GeneratedPage() {}

    /**
     * Compares the page with the file of that name in {@code ops/docs}, or writes it when {@code thingle.docs=write}.
     */
    public static void check(String name, String title, String body) throws IOException {
        var file = Path.of("docs", name);
        var page = "<!-- SPDX-License-Identifier: Apache-2.0 -->\n<!-- Generated; do not edit. To make it anew: "
                + COMMAND
                + " -->\n# " + title + "\n\n" + body;
        if ("write".equals(System.getProperty("thingle.docs"))) {
            Files.writeString(file, page);
        }
        assertThat(file).as("ops/docs/" + name + " is stale; make it anew with: " + COMMAND).hasContent(page);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A page of {@code ops/docs/servers}. Its fenced blocks are run as they stand, with names and addresses of loopback in
 * place of the page's; ports and folders are the tests'. Immutable.
 */
public enum ServerPage {
    PROSODY("prosody.md", "lua"),
    EJABBERD("ejabberd.md", "yaml");

    private static final Path FOLDER = Path.of(System.getProperty("basedir", "."), "docs", "servers");

    private final String file;
    private final String language;

    ServerPage(String file, String language) {
        this.file = file;
        this.language = language;
    }

    /** Not started yet, with the page's configuration. */
    public XmppServer server() {
        return switch (this) {
            case PROSODY -> new ProsodyServer(this);
            case EJABBERD -> new EjabberdServer(this);
        };
    }

    /** The part of the server's configuration that the page shows. */
    String ofServer() {
        return block(file, language);
    }

    /** Thingle's whole configuration. */
    String ofThingle() {
        return ofThingle(file);
    }

    /** The same of any page, such as that of a server which no test can run. */
    public static String ofThingle(String file) {
        return block(file, "hocon");
    }

    private static String block(String file, String fence) {
        List<String> blocks = Pattern.compile("(?ms)^ *```" + fence + "\\n(.*?)^ *```$")
                .matcher(text(file))
                .results()
                .map(MatchResult::group)
                .toList();
        if (blocks.size() != 1) {
            throw new AssertionError(file + " has not one block in " + fence + " but " + blocks.size());
        }
        return blocks.getFirst().replaceAll("(?m)^ *```.*$", "").stripIndent()
                .replace("\"turn.example.org\"", "\"127.0.0.1\", \"::1\"")
                .replace("example.org", Account.ALICE.domain());
    }

    private static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

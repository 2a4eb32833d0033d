// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

import java.io.IOException;
import java.util.Properties;

/** The version of the jar that runs. */
public final class Version {
    private static final String SOURCE = "/META-INF/maven/im.thingle/thingle-ops/pom.properties";

    private Version() {}

    /** Such as {@code 0.1.0}; {@code unpacked} when the classes do not come from a jar. */
    public static String current() {
        try (var in = Version.class.getResourceAsStream(SOURCE)) {
            var properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unpacked");
        } catch (IOException unreadable) {
            return "unknown";
        }
    }
}

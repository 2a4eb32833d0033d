// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Reads the commented hex of {@code src/test/resources/vectors}. */
public final class Vectors {
    public static final String REQUEST = "rfc5769-2.1-request";
    public static final String RESPONSE_IPV4 = "rfc5769-2.2-response-ipv4";
    public static final String RESPONSE_IPV6 = "rfc5769-2.3-response-ipv6";
    public static final String REQUEST_LONG_TERM = "rfc5769-2.4-request-long-term";
    public static final String REQUEST_SHA256 = "rfc8489-b.1-request-sha256";
    public static final List<String> ALL =
            List.of(REQUEST, RESPONSE_IPV4, RESPONSE_IPV6, REQUEST_LONG_TERM, REQUEST_SHA256);

    public static final String USERNAME = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";
    public static final String REALM = "example.org";
    public static final String PASSWORD = "TheMatrIX";
    public static final String SHORT_TERM_PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

    private Vectors() {}

    public static byte[] read(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name + ".hex")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return HexFormat.of().parseHex(text.replaceAll("#.*", "").replaceAll("\\s+", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

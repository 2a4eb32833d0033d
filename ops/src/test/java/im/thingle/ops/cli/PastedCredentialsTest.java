// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PastedCredentialsTest {
    private static Optional<PastedCredentials> read(String text) throws IOException {
        return PastedCredentials.read(new BufferedReader(new StringReader(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "username  1700:a-b_c\npassword  3q2+7w/x=\nexpires   2026-11-24T00:00:00Z\n",
        "<service type='turn' host='x' username='1700:a-b_c' password='3q2+7w/x=' expires='2026-11-24T00:00:00Z'/>",
        "<credentials xmlns=\"urn:xmpp:extdisco:2\"><service password=\"3q2+7w/x=\""
                + " username=\"1700:a-b_c\"/></credentials>",
        "{\"urls\": [\"turn:x\"], \"username\": \"1700:a-b_c\", \"credential\": \"3q2+7w/x=\"}",
        "iceServers: [{ urls: 'turn:x', username: '1700:a-b_c', credential: '3q2+7w/x=' }]",
        "--username 1700:a-b_c --password 3q2+7w/x="})
    void areFoundInWhateverIsPasted(String text) throws IOException {
        assertThat(read(text)).contains(new PastedCredentials("1700:a-b_c", "3q2+7w/x="));
    }

    @Test
    void areNotFoundInAnythingElse() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("username 1700:alice\n")).isEmpty();
        assertThat(read("x".repeat(100_000))).isEmpty();
    }

    @Test
    void printWithoutThePassword() {
        assertThat(new PastedCredentials("1700:alice", "secret")).asString().doesNotContain("secret");
    }
}

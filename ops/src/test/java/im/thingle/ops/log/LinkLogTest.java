// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkLogTest {
    private final Captured captured = new Captured("thingle.xmpp");
    private final LinkLog log = new LinkLog(() -> 0);

    @AfterEach
    void release() {
        captured.close();
    }

    @Test
    void saysWhatToChangeWhenALinkIsDown() {
        log.linkDown("proxy.example.org", "127.0.0.1:5347", "not-authorized", "check the secret", 2000);

        assertThat(captured.lines()).containsExactly("WARN  thingle.xmpp: link down component=proxy.example.org"
                + " server=127.0.0.1:5347 reason=not-authorized advice=\"check the secret\" retry-in=2000ms\n");
    }

    @Test
    void saysWhenALinkIsUp() {
        log.linkUp("proxy.example.org", "127.0.0.1:5347");

        assertThat(captured.lines())
                .containsExactly("INFO  thingle.xmpp: link up component=proxy.example.org server=127.0.0.1:5347\n");
    }

    @Test
    void writesOneLinePerAccountAndCondition() {
        log.refused("bytestreams-address", "forbidden", "mallory@elsewhere.org/1", "not a user of example.org");
        log.refused("bytestreams-address", "forbidden", "mallory@elsewhere.org/2", "not a user of example.org");

        assertThat(captured.lines()).containsExactly("INFO  thingle.xmpp: IQ refused what=bytestreams-address"
                + " condition=forbidden from=mallory@elsewhere.org/1 why=\"not a user of example.org\"\n");
    }

    @Test
    void saysWhichMessagesAndPresenceAreRefused() {
        log.turnedAway("gateway", "message", "forbidden", "mallory@elsewhere.org/1", "bob\\40b.org@proxy.example.org", "no");
        log.turnedAway("gateway", "message", "forbidden", "mallory@elsewhere.org/2", "eve\\40b.org@proxy.example.org", "no");
        log.turnedAway("gateway", "presence", "forbidden", "mallory@elsewhere.org", "bob\\40b.org@proxy.example.org", "no");

        assertThat(captured.lines()).hasSize(2);
        assertThat(captured.lines().getFirst()).contains("stanza refused what=gateway kind=message condition=forbidden"
                + " from=mallory@elsewhere.org/1 to=", "40b.org@proxy.example.org", " why=no");
    }

    @Test
    void writesTheTraceOfAFault() {
        log.bug("command", new IllegalStateException("oops"));
        log.bug("command", new IllegalStateException("oops"));

        assertThat(captured.lines()).singleElement().asString()
                .startsWith("ERROR thingle.xmpp: ").contains("where=command\n").contains("IllegalStateException: oops");
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.admin.Readiness;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkReadinessTest {
    private final Readiness readiness = new Readiness();
    private final LinkReadiness links = new LinkReadiness(readiness, List.of("proxy.example.org", "proxy.localhost"));

    @Test
    void isReadyOnlyWhenEveryLinkIsUp() {
        links.linkUp("proxy.example.org", "127.0.0.1:5347");

        assertThat(readiness.reasons()).containsExactly("link of proxy.localhost: not connected yet");

        links.linkUp("proxy.localhost", "127.0.0.1:5348");

        assertThat(readiness.reasons()).isEmpty();
    }

    @Test
    void saysWhyALinkIsDown() {
        links.linkUp("proxy.example.org", "127.0.0.1:5347");
        links.linkUp("proxy.localhost", "127.0.0.1:5348");

        links.linkDown("proxy.localhost", "127.0.0.1:5348", "connection refused", "is the server running?", 1000);

        assertThat(readiness.reasons()).containsExactly("link of proxy.localhost: connection refused");
    }

    @Test
    void isNeverReadyAgainOnceItDrains() {
        readiness.drain();

        links.linkUp("proxy.example.org", "127.0.0.1:5347");
        links.linkUp("proxy.localhost", "127.0.0.1:5348");

        assertThat(readiness.reasons()).containsExactly("draining: no new streams are taken");
    }
}

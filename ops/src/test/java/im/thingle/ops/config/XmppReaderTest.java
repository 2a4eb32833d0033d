// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XmppReaderTest {
    private static final String ANNOUNCED = "\nthingle.public-addresses = [\"203.0.113.7\"]\n";

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void open() {
        file = new ConfigFile(directory);
    }

    @Test
    void readsAListOfServersEachOverTheDefaults() {
        var settings = file.settings("""
                thingle.xmpp = [
                  { jid = proxy.example.org, secret = a }
                  { jid = proxy.localhost, secret = b, host = "::1", port = 5348, tls.mode = direct }
                ]
                """ + ANNOUNCED);

        assertThat(settings.xmpp()).extracting(XmppServer::toString)
                .containsExactly("proxy.example.org at 127.0.0.1:5347", "proxy.localhost at [::1]:5348");
        assertThat(settings.xmpp()).extracting(XmppServer::tls).containsExactly(TlsMode.OFF, TlsMode.DIRECT);
    }

    @Test
    void preparesTheDomain() {
        assertThat(file.settings("thingle.xmpp { jid = Proxy.Example.ORG, secret = a }" + ANNOUNCED).xmpp().getFirst()
                .jid())
                .isEqualTo("proxy.example.org");
    }

    @Test
    void refusesOneDomainTwice() {
        assertThat(file.problems("""
                thingle.xmpp = [
                  { jid = proxy.example.org, secret = a }
                  { jid = PROXY.example.org, secret = b }
                ]
                """ + ANNOUNCED)).singleElement().asString()
                .matches("t\\.conf:3: thingle\\.xmpp\\[1]\\.jid: proxy\\.example\\.org is"
                        + " already joined by the section at .*t\\.conf:2; give every component a domain of its own");
    }

    @Test
    void namesTheElementAProblemStandsIn() {
        assertThat(file.problems("thingle.xmpp = [\n { jid = proxy.example.org, secret = a }\n"
                + " { secret = b, prot = 1 }\n 7 ]" + ANNOUNCED))
                .contains("t.conf:3: thingle.xmpp[1].prot: unknown key; did you mean port?")
                .anyMatch(problem -> problem.startsWith("t.conf:3: thingle.xmpp[1].jid: is missing"))
                .anyMatch(problem -> problem.startsWith("t.conf:4: thingle.xmpp[2]: must be a section in braces"));
    }

    @Test
    void refusesAnEmptyList() {
        assertThat(file.problems("thingle.xmpp = []" + ANNOUNCED))
                .containsExactly("t.conf:1: thingle.xmpp: is empty; write one section for each XMPP server");
    }

    @Test
    void refusesHostsWithPorts() {
        assertThat(file.problems("thingle.xmpp { jid = proxy.example.org, secret = a, host = \"xmpp:5347\" }"
                + ANNOUNCED))
                .containsExactly("t.conf:1: thingle.xmpp.host: is not a host: \"xmpp:5347\"; write a name or an"
                        + " address without brackets; the port has a key of its own");
    }

    @Test
    void refusesWhatIsNoDomain() {
        for (var jid : new String[] {"a b", "a/b", "a@b", "a..b", ".a", "a:5347"}) {
            assertThat(file.problems("thingle.xmpp { jid = \"" + jid + "\", secret = a }" + ANNOUNCED))
                    .singleElement().asString().startsWith("t.conf:1: thingle.xmpp.jid: is not a domain: \"" + jid
                            + "\"");
        }
    }

    @Test
    void looksForTheTrustFileBesideTheConfiguration() {
        assertThat(file.problems("thingle.xmpp { jid = proxy.example.org, secret = a,"
                + " tls { mode = direct, trust = ca.pem } }" + ANNOUNCED))
                .containsExactly("t.conf:1: thingle.xmpp.tls.trust: cannot be read: ca.pem; there is no such file");
    }

    @Test
    void refusesATrustFileWithoutCertificates() {
        file.write("ca.pem", "nothing of use\n");

        assertThat(file.problems("thingle.xmpp { jid = proxy.example.org, secret = a,"
                + " tls { mode = direct, trust = ca.pem } }" + ANNOUNCED))
                .singleElement().asString().startsWith("t.conf:1: thingle.xmpp.tls.trust: ").contains("certificate");
    }

    @Test
    void warnsOfATrustFileThatIsNotUsed() {
        assertThat(file.problems("thingle.xmpp { jid = proxy.example.org, secret = a, tls { trust = ca.pem } }"
                + ANNOUNCED))
                .contains("t.conf:1: warning: thingle.xmpp.tls.trust: is of no use while tls.mode is off; set tls.mode"
                        + " = direct");
    }
}

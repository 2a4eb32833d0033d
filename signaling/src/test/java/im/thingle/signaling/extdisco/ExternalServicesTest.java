// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.extdisco;

import static im.thingle.signaling.extdisco.ServicesFixture.ONE;
import static im.thingle.signaling.extdisco.ServicesFixture.ROMEO;
import static im.thingle.signaling.extdisco.ServicesFixture.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesSettings;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalServicesTest {
    private final ServicesFixture fixture = new ServicesFixture(new CallServicesSettings(60, true));

    @Test
    void tellsAllServicesWithOneCredentialForThoseThatNeedIt() {
        assertThat(fixture.ask(ROMEO, "<services xmlns='urn:xmpp:extdisco:2'/>").text()).isEqualTo("""
                <iq type='result' id='q' from='proxy.montague.lit' to='romeo@montague.lit/orchard'>\
                <services xmlns='urn:xmpp:extdisco:2'>\
                <service type='stun' host='turn.montague.lit' port='3478' transport='udp'/>\
                <service type='turn' host='turn.montague.lit' port='3478' transport='udp'\
                 username='user 1 of romeo@montague.lit' password='secret1' restricted='true' \
                expires='2026-11-24T12:00:00Z'/>\
                <service type='turn' host='turn.montague.lit' port='3478' transport='tcp'\
                 username='user 1 of romeo@montague.lit' password='secret1' restricted='true' \
                expires='2026-11-24T12:00:00Z'/>\
                <service type='turns' host='turn.montague.lit' port='5349' transport='tcp'\
                 username='user 1 of romeo@montague.lit' password='secret1' restricted='true' \
                expires='2026-11-24T12:00:00Z'/>\
                </services></iq>""");
    }

    @Test
    void tellsTheServicesOfOneTypeAndEchoesTheType() {
        assertThat(fixture.ask(ROMEO, "<services xmlns='urn:xmpp:extdisco:2' type='turns'/>").text())
                .contains("<services xmlns='urn:xmpp:extdisco:2' type='turns'><service type='turns' ")
                .containsOnlyOnce("<service ");
    }

    @Test
    void aTypeThatIsNotOfferedHasNoServices() {
        assertThat(fixture.ask(ROMEO, "<services xmlns='urn:xmpp:extdisco:2' type='stuns'/>").text())
                .contains("<services xmlns='urn:xmpp:extdisco:2' type='stuns'/>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp", "TURN", "", "turn "})
    void answersItemNotFoundToAnUnknownType(String type) {
        assertThat(fixture.ask(ROMEO, "<services xmlns='urn:xmpp:extdisco:2' type='" + type + "'/>").text())
                .contains("<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
    }

    @Test
    void asksForNoCredentialWhereNoneIsNeeded() {
        fixture.services = List.of(new CallService(CallService.Kind.STUN, "203.0.113.7", 3478, "udp"));

        assertThat(fixture.services(ROMEO)).hasSize(1);
        assertThat(fixture.credential("x").username()).startsWith("user 1 ");
    }

    @Test
    void tellsThatThereAreNoServices() {
        fixture.services = List.of();

        assertThat(fixture.ask(ROMEO, "<services xmlns='urn:xmpp:extdisco:2'/>").text())
                .contains("<services xmlns='urn:xmpp:extdisco:2'/>");
    }

    /** XEP-0215 0.6: no expires, no restricted, and services of one credentials request are one. */
    @Test
    void speaksTheFirstVersion() {
        assertThat(fixture.ask(ROMEO, "<services xmlns='urn:xmpp:extdisco:1' type='turns'/>").text()).contains("""
                <services xmlns='urn:xmpp:extdisco:1' type='turns'>\
                <service type='turns' host='turn.montague.lit' port='5349' transport='tcp'\
                 username='user 1 of romeo@montague.lit' password='secret1'/></services>""");
        String question = "<credentials xmlns='urn:xmpp:extdisco:1'><service host='turn.montague.lit'/></credentials>";
        assertThat(fixture.ask(ROMEO, question).text()).contains("""
                <credentials xmlns='urn:xmpp:extdisco:1'>\
                <service type='turn' host='turn.montague.lit' port='3478' transport='udp'\
                 username='user 2 of romeo@montague.lit' password='secret2'/></credentials>""");
    }

    @Test
    void theElementsOfOneVersionAreNothingInTheOther() {
        assertThat(fixture.ask(ROMEO, "<credentials xmlns='" + TWO + "'><service xmlns='" + ONE
                + "' host='turn.montague.lit' type='turn'/></credentials>").condition())
                        .isEqualTo(StanzaError.BAD_REQUEST);
    }

    @Test
    void advertisesBothVersions() {
        assertThat(fixture.machine.features()).containsExactly(TWO, ONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            host='turn.montague.lit' type='turn'                               | 2
            host='TURN.Montague.LIT' type='turn'                               | 2
            host='turn.montague.lit' type='turn' port='3478'                   | 2
            host='turn.montague.lit' type='turn' port='3478' transport='tcp'   | 1
            host='turn.montague.lit' type='turn' transport='udp'               | 1
            host='turn.montague.lit' type='turns'                              | 1
            host='turn.montague.lit' type='stun'                               | 1
            """)
    void givesCredentialsForEachServiceThatMatches(String attributes, int services) {
        assertThat(fixture.credentials(ROMEO, attributes)).hasSize(services).allSatisfy(service -> {
            assertThat(service.attribute("host")).isEqualTo("turn.montague.lit");
            assertThat(attributes).contains("type='" + service.attribute("type") + "'");
            assertThat(service.attribute("password") != null).isEqualTo(!service.attribute("type").equals("stun"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "host='turn.capulet.lit' type='turn'",
        "host='turn.montague.lit' type='ftp'",
        "host='turn.montague.lit' type='stuns'",
        "host='turn.montague.lit' type='turn' port='5349'",
        "host='turn.montague.lit' type='turns' transport='udp'",
        "host='turn.montague.lit' type='turn' transport='sctp'",
    })
    void answersItemNotFoundToAnUnknownService(String attributes) {
        assertThat(credentials("<service " + attributes + "/>").text())
                .contains("<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "<service type='turn'/>",
        "<service host='turn.montague.lit'/>",
        "<service host='' type='turn'/>",
        "<service host='turn.montague.lit' type=''/>",
        "<service host='turn.montague.lit' type='turn' port=''/>",
        "<service host='turn.montague.lit' type='turn' port='0'/>",
        "<service host='turn.montague.lit' type='turn' port='65536'/>",
        "<service host='turn.montague.lit' type='turn' port='-1'/>",
        "<service host='turn.montague.lit' type='turn' port='003478'/>",
        "<service host='turn.montague.lit' type='turn' port='x'/>",
        "<service host='turn.montague.lit' type='turn' port='99999999999'/>",
        "<service xmlns='urn:x' host='turn.montague.lit' type='turn'/>",
        "<service host='turn.montague.lit' type='turn'/><service host='turn.montague.lit'/>",
        "<service host='turn.montague.lit' type='turn'/><x xmlns='urn:x'/>",
    })
    void answersBadRequestToAnIncompleteOne(String services) {
        assertThat(credentials(services).text())
                .contains("<error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
    }

    /**
     * COMPAT(Psi): with these attributes, in this order, it asks for all that it knows when their credentials near
     * their end.
     */
    @Test
    void givesPsiCredentialsForAllThatItAsksForAtOnce() {
        List<Element> answered = ServicesFixture.answer(credentials("""
                <service host='turn.montague.lit' type='turns' port='5349'/>\
                <service host='turn.montague.lit' type='turn' port='3478'/>\
                <service host='turn.montague.lit' type='turn' port='3478'/>\
                <service host='gone.montague.lit' type='turn' port='3478'/>"""));

        assertThat(answered).extracting(service -> service.attribute("type") + " " + service.attribute("transport"))
                .containsExactly("turn udp", "turn tcp", "turns tcp");
        assertThat(answered).extracting(service -> service.attribute("password")).containsOnly("secret1");
    }

    @Test
    void givesCredentialsForSixteenServicesAtOnceAndNoMore() {
        String service = "<service host='turn.montague.lit' type='turn'/>";

        assertThat(ServicesFixture.answer(credentials(service.repeat(16)))).hasSize(2);
        assertThat(credentials(service.repeat(17)).condition()).isEqualTo(StanzaError.BAD_REQUEST);
    }

    /** Its schema has room for one service only. */
    @Test
    void theFirstVersionNamesOneService() {
        String service = "<service host='turn.montague.lit'/>";

        assertThat(fixture.ask(ROMEO, "<credentials xmlns='" + ONE + "'>" + service + service + "</credentials>")
                .condition())
                .isEqualTo(StanzaError.BAD_REQUEST);
    }

    @Test
    void answersForbiddenToStrangers() {
        assertThat(fixture.ask("tybalt@capulet.lit/x", "<services xmlns='" + TWO + "'/>").text())
                .contains("<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
        assertThat(fixture.ask("tybalt@capulet.lit/x", "<credentials xmlns='" + ONE + "'/>").condition())
                .isEqualTo(StanzaError.FORBIDDEN);
    }

    @Test
    void answersJidMalformedToAnUnreadableSender() {
        assertThat(fixture.ask("a&quot;b@montague.lit/x", "<services xmlns='" + TWO + "'/>").text())
                .contains("<error type='modify'><jid-malformed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
    }

    @Test
    void asksForAccessAndCredentialsByThePreparedBareJid() {
        assertThat(fixture.services("Romeo@MONTAGUE.lit/x").get(1).attribute("username"))
                .isEqualTo("user 1 of romeo@montague.lit");
    }

    @Test
    void answersResourceConstraintToAFloodHoweverItIsSpread() {
        for (int i = 0; i < 60; i++) {
            String from = "romeo@montague.lit/" + i;
            String asked = switch (i % 3) {
                case 0 -> "<services xmlns='" + TWO + "'/>";
                case 1 -> "<credentials xmlns='" + TWO
                        + "'><service host='turn.montague.lit' type='turn'/></credentials>";
                default -> "<credentials xmlns='" + ONE + "'/>";
            };
            assertThat(fixture.ask(from, asked).condition()).isNotEqualTo(StanzaError.RESOURCE_CONSTRAINT);
        }

        assertThat(fixture.ask(ROMEO, "<services xmlns='" + TWO + "'/>").text())
                .contains("<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
        assertThat(credentials("<service host='turn.montague.lit' type='turn'/>").condition())
                .isEqualTo(StanzaError.RESOURCE_CONSTRAINT);
        assertThat(fixture.services("juliet@montague.lit/balcony")).hasSize(4);
        fixture.pass(Duration.ofSeconds(1));
        assertThat(fixture.services(ROMEO)).hasSize(4);
        assertThat(fixture.services(ROMEO)).isEmpty();
    }

    /**
     * The expiry is by our clock, whatever clock the asker goes by: it is a lifetime from now, in UTC, in whole
     * seconds.
     */
    @Test
    void countsTheLifetimeFromOurOwnClock() {
        fixture.setClock(Duration.ofDays(-400).plusMillis(250));

        String expires = fixture.services(ROMEO).get(1).attribute("expires");

        assertThat(expires).isEqualTo("2025-10-20T12:00:00Z").endsWith("Z");
        assertThat(Duration.between(fixture.now(), Instant.parse(expires).plusSeconds(1)))
                .isGreaterThanOrEqualTo(ServicesFixture.LIFETIME);
    }

    /** Monal asks for credentials of each service it was told and waits for one answer with credentials for each. */
    @Test
    void givesMonalCredentialsForEachServiceItWasTold() {
        for (Element told : fixture.services(ROMEO)) {
            if (!told.attribute("type").startsWith("turn")) {
                continue;
            }
            List<Element> answered = fixture.credentials(ROMEO, "type='" + told.attribute("type") + "' host='"
                    + told.attribute("host") + "' port='" + told.attribute("port") + "'");
            assertThat(answered.getFirst().attribute("host")).isEqualTo(told.attribute("host"));
            assertThat(answered.getFirst().attribute("port")).isEqualTo(told.attribute("port"));
            assertThat(answered).extracting(service -> service.attribute("username")).doesNotContainNull().containsOnly(
                    answered.getFirst().attribute("username"));
            assertThat(answered).extracting(service -> service.attribute("password")).doesNotContainNull();
        }
    }

    @Test
    void thePasswordStaysOutOfLogs() {
        assertThat(new CallCredential("u", "p4ssw0rd", ServicesFixture.START).toString())
                .contains("u").doesNotContain("p4ssw0rd");
    }

    private RecordingReply credentials(String services) {
        return fixture.ask(ROMEO, "<credentials xmlns='" + TWO + "'>" + services + "</credentials>");
    }
}

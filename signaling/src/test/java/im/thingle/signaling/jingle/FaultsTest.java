// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.file;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static im.thingle.signaling.jingle.Brokered.socks5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.stanza.Jids;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a fault of ours in one session is to it, and to the others. */
class FaultsTest {
    private static final String ICE = "<content creator='initiator' name='ex'><description"
            + " xmlns='urn:xmpp:jingle:apps:rtp:1'/><transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='a'"
            + " pwd='a-password-of-22-signs'/></content>";

    @Test
    void aSessionThatBreaksWhileItIsMadeIsNotLeftHalfMade() {
        IllegalStateException fault = new IllegalStateException("oops");
        Brokered brokered = new Brokered(new GatewayLimits(0, 0, Duration.ofMinutes(10)),
                Optional.of((parties, components, listener, whenDone) -> {
                    throw fault;
                }));

        assertThatThrownBy(() -> brokered.romeo(jingle("session-initiate", ICE))).isSameAs(fault);

        assertThat(brokered.next().text()).contains("session-terminate", "<general-error/>");
        assertThat(brokered.asked).isEmpty();
        brokered.advance(12);
        assertThat(brokered.sessions.size()).isZero();
        assertThat(brokered.events).last().asString().startsWith("ended general-error");
    }

    @Test
    void aCarriageThatCannotEvenEndIsGivenUpAndKeepsNoOther() {
        FakeMedia media = new FakeMedia();
        Brokered brokered = new Brokered(new GatewayLimits(0, 0, Duration.ofMinutes(10)), Optional.of(media));
        brokered.offer(ICE + ICE.replace("'ex'", "'why'").replace("'a'", "'b'"));
        brokered.ackAll();
        media.faultAtEnd = new IllegalStateException("oops");
        brokered.fault = media.faultAtEnd;

        brokered.romeo(jingle("session-terminate", "<reason><cancel/></reason>"));
        brokered.advance(12);

        assertThat(media.more.getFirst().done).last().isEqualTo("end");
        assertThat(brokered.events).contains("bug session");
        assertThat(brokered.sessions.size()).isZero();
    }

    @Test
    void sessionsThatBreakWithTimeOrLinkDisturbNoOthers() {
        Brokered brokered = new Brokered();
        brokered.offer(file(socks5("s", "")));
        brokered.romeo(jingle("session-initiate", file(socks5("s", ""))).replace("a73sjjvkla37jfea", "another"));
        brokered.ackAll();
        brokered.fault = new IllegalStateException("oops");

        brokered.advance(11 * 60);

        assertThat(brokered.events).filteredOn(event -> event.startsWith("ended timeout")).hasSize(2);
        assertThat(brokered.events).filteredOn(event -> event.equals("bug session")).hasSize(2);
        assertThat(brokered.ackAll()).hasSize(4);
        assertThat(brokered.sessions.size()).isZero();
        assertThat(brokered.streams.expected).isEmpty();
    }

    @Test
    void sessionsThatBreakWhenTheRelayGoesDownDisturbNoOthers() {
        Brokered brokered = new Brokered();
        brokered.offer(file(socks5("s", "")));
        brokered.romeo(jingle("session-initiate", file(socks5("s", ""))).replace("a73sjjvkla37jfea", "another"));
        brokered.ackAll();
        brokered.fault = new IllegalStateException("oops");
        brokered.sessions.onUnavailable(Jids.parse(Brokered.JULIET).orElseThrow(),
                Jids.parse(Brokered.ROMEO).orElseThrow());

        brokered.sessions.close();

        assertThat(brokered.ackAll()).hasSize(4);
        assertThat(brokered.sessions.size()).isZero();
    }
}

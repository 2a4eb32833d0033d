// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.media.IceCandidate;
import im.thingle.relay.media.IceDescription;
import im.thingle.signaling.port.MediaCandidate;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.stun.attribute.TransportAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class MediaAdapterTest {
    private static final MediaCandidate GOOD = new MediaCandidate(1, "1", 99, "192.0.2.3", 8998, "UDP", "srflx");

    @Test
    void onlyAddressesOverUdpReachTheRelay() {
        var theirs = new MediaDescription("8hhy", "asd88fgpdd777uzjYhagZg", List.of(
                new MediaCandidate(1, "1", 99, "localhost", 8998, "udp", "host"),
                new MediaCandidate(1, "1", 99, "5f4c.local", 8998, "udp", "host"),
                new MediaCandidate(1, "1", 99, "fe80::1%lo", 8998, "udp", "host"),
                new MediaCandidate(1, "1", 99, "192.0.2.3", 8998, "tcp", "host"),
                new MediaCandidate(1, "1", 99, "", 8998, "udp", "host"),
                GOOD,
                new MediaCandidate(2, "2", 98, "2001:db8::1", 9000, "udp", "x")));

        var understood = MediaAdapter.understood(theirs).orElseThrow();

        assertThat(understood.candidates()).containsExactly(
                new IceCandidate(1, "1", 99, new TransportAddress(TransportAddress.Family.IPV4, 0, 0xC0000203L, 8998),
                        IceCandidate.Type.SERVER_REFLEXIVE),
                new IceCandidate(2, "2", 98,
                        new TransportAddress(TransportAddress.Family.IPV6, 0x2001_0DB8_0000_0000L, 1, 9000),
                        IceCandidate.Type.HOST));
        assertThat(understood.fragment()).isEqualTo("8hhy");
        assertThat(MediaAdapter.understood(new MediaDescription("", "x", List.of()))).isEmpty();
        assertThat(MediaAdapter.understood(new MediaDescription("a:b", "x", List.of()))).isEmpty();
    }

    @Test
    void whatTheRelayTellsIsText() {
        var ours = new IceDescription("abcd", "secret", List.of(new IceCandidate(1, "2", 5,
                new TransportAddress(TransportAddress.Family.IPV6, 0x2001_0DB8_0000_0000L, 1, 9000),
                IceCandidate.Type.HOST)));

        assertThat(MediaAdapter.told(ours).candidates())
                .containsExactly(new MediaCandidate(1, "2", 5, "2001:db8::1", 9000, "udp", "host"));
        assertThat(MediaAdapter.told(ours))
                .hasToString("MediaDescription[abcd, " + MediaAdapter.told(ours).candidates() + "]");
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.ALICE;
import static im.thingle.stun.turn.TurnFixture.PEER;
import static im.thingle.stun.turn.TurnFixture.PRIVATE;
import static im.thingle.stun.turn.TurnFixture.STREAM;
import static im.thingle.stun.turn.TurnFixture.ip;
import static im.thingle.stun.turn.TurnFixture.number;
import static im.thingle.stun.turn.TurnFixture.peer;
import static im.thingle.stun.turn.TurnFixture.transport;
import static im.thingle.stun.turn.TurnFixture.udp;
import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other servers got wrong and had to publish advisories for, as far as it is the machine's business. */
class TurnAdvisoriesTest {
    private static final TransportAddress LOOPBACK = ip("127.0.0.1", 50000);

    private final TurnFixture turn = new TurnFixture();

    /** CVE-2018-4058, Slack 2020, pion #570: one policy, asked on all paths. */
    @Test
    void asksThePolicyOnEveryPath() {
        Allocation udp = turn.allocated();
        Allocation tcp = turn.allocatedTcp();
        // As if a permission had slipped through.
        udp.permissions().install(Family.IPV4, 0, LOOPBACK.low(), turn.now + TurnFixture.SECOND);
        tcp.permissions().install(Family.IPV4, 0, LOOPBACK.low(), turn.now + TurnFixture.SECOND);

        assertThat(turn.ask(ALICE, Method.CREATE_PERMISSION, peer(LOOPBACK)).code()).isEqualTo(403);
        assertThat(turn.ask(ALICE, Method.CHANNEL_BIND,
                peer(LOOPBACK).andThen(number(NumberAttribute.CHANNEL_NUMBER, 0x4000))).code()).isEqualTo(403);
        assertThat(turn.ask(STREAM, Method.CONNECT, peer(LOOPBACK)).code()).isEqualTo(403);
        turn.deliver(ALICE, turn.plain(MessageClass.INDICATION, Method.SEND,
                peer(LOOPBACK).andThen(writer -> writer.add(AttributeType.DATA, 1))));
        assertThat(turn.server.onPeerAccepted(tcp, LOOPBACK, turn.now)).isZero();
        assertThat(turn.out.events).noneMatch(event -> event.startsWith("toPeer") || event.startsWith("connect"));
        assertThat(turn.out.refusals).hasSize(5).containsOnly(TurnRefusal.PEER_FORBIDDEN);
    }

    /** CVE-2020-26262, CVE-2026-27624, coturn #1945: the same address in other clothes. */
    @ParameterizedTest
    @CsvSource({"0, 0000ffff7f000001", "0, 0000000000000001", "0, 000000007f000001", "20027f0000010000, 1",
            "0064ff9b00000000, 7f000001", "fe80000000000000, 1", "fd00000000000000, 1"})
    void refusesEveryEncodingOfAForbiddenPeer(String high, String low) {
        turn.ask(ALICE, Method.ALLOCATE,
                transport(NumberAttribute.UDP).andThen(number(NumberAttribute.ADDITIONAL_ADDRESS_FAMILY, 2)));
        TransportAddress peer = new TransportAddress(Family.IPV6, Long.parseUnsignedLong(high, 16),
                Long.parseUnsignedLong(low, 16), 50000);

        assertThat(turn.ask(ALICE, Method.CREATE_PERMISSION, peer(peer)).code()).isEqualTo(403);
    }

    /** coturn #1588, #2025: nothing for strangers that they do not need. */
    @Test
    void amplifiesLittle() {
        byte[] bare = turn.plain(MessageClass.REQUEST, Method.ALLOCATE, transport(NumberAttribute.UDP));

        assertThat(turn.deliver(ALICE, bare).bytes().length).isLessThanOrEqualTo(128);
        assertThat(turn.deliver(ALICE, turn.plain(MessageClass.REQUEST, Method.BINDING, writer -> {})).bytes())
                .hasSize(32);
    }

    /** coturn #1999, #780: nothing is kept for who proved nothing. */
    @Test
    void keepsNothingForStrangers() {
        byte[] bare = turn.plain(MessageClass.REQUEST, Method.ALLOCATE, transport(NumberAttribute.UDP));
        for (int i = 0; i < 10_000; i++) {
            turn.deliver(udp("9.1." + (i >> 8) + "." + (i & 0xFF), 1 + i), bare);
            turn.out.sent.clear();
        }

        assertThat(turn.server.entries()).isZero();
        assertThat(turn.quotas.remembered()).isZero();
        assertThat(turn.out.openings).isEmpty();
    }

    /** coturn ab762f33, ice4j #309: what is appended behind the integrity is nobody's word. */
    @Test
    void ignoresAttributesBehindTheIntegrity() {
        Allocation allocation = turn.allocated();
        byte[] signed = turn.signed(ALICE, "alice", Method.CREATE_PERMISSION, peer(PEER));
        byte[] added = Arrays.copyOfRange(turn.plain(MessageClass.REQUEST, Method.CREATE_PERMISSION,
                peer(ip("8.8.8.8", 1))), 20, 32);
        ByteBuffer both = ByteBuffer.allocate(signed.length + added.length).put(signed).put(added);
        both.putShort(2, (short) (both.capacity() - 20));

        assertThat(turn.deliver(ALICE, both.array()).code()).isZero();
        assertThat(allocation.permits(Family.IPV4, 0, PEER.low(), turn.now)).isTrue();
        assertThat(allocation.permits(Family.IPV4, 0, ip("8.8.8.8", 1).low(), turn.now)).isFalse();
    }

    /** RFC 8656 §21, ChannelBind hijack: a channel only for the allocation's user. */
    @Test
    void bindsNoChannelForOthers() {
        turn.allocated();

        assertThat(turn.deliver(ALICE, turn.plain(MessageClass.REQUEST, Method.CHANNEL_BIND,
                peer(PEER).andThen(number(NumberAttribute.CHANNEL_NUMBER, 0x4000)))).code()).isEqualTo(401);
        assertThat(turn.ask(ALICE, "bob", Method.CHANNEL_BIND,
                peer(PEER).andThen(number(NumberAttribute.CHANNEL_NUMBER, 0x4000))).code()).isEqualTo(441);
        assertThat(turn.server.find(ALICE).channel(0x4000)).isNull();
    }

    /** CVE-2020-4067: padding is zero whatever was in the buffer before. */
    @Test
    void leaksNothingInPadding() {
        Allocation allocation = turn.allocated();
        turn.ask(ALICE, Method.CREATE_PERMISSION, peer(PEER));
        byte[] secret = new byte[1000];
        Arrays.fill(secret, (byte) 0x55);
        turn.server.onPeerData(allocation, PEER, ByteBuffer.wrap(secret), turn.now);
        turn.server.onPeerData(allocation, PEER, ByteBuffer.wrap(new byte[5]), turn.now);

        byte[] data = turn.last().bytes();
        assertThat(Arrays.copyOfRange(data, data.length - 3, data.length)).containsOnly(0);
    }

    /** GHSA-847g-qmc6-6m4r: a pair of ports that nobody gets is given back. */
    @Test
    void givesUpAPairOfPortsThatNobodyWaitsFor() {
        turn.opens = false;
        turn.ask(STREAM, Method.ALLOCATE, transport(NumberAttribute.UDP).andThen(number(NumberAttribute.EVEN_PORT, 1)));
        turn.server.onDisconnected(STREAM, turn.now);

        assertThat(turn.out.events).containsExactly("relayUnwanted");
    }

    /** GHSA-hpq3-g7x4-h7xx: however often a client moves, it leaves one old place at most. */
    @Test
    void keepsOneOldPlaceHoweverOftenAClientMoves() {
        byte[] ticket = turn.ask(ALICE, Method.ALLOCATE,
                transport(NumberAttribute.UDP).andThen(writer -> writer.add(AttributeType.MOBILITY_TICKET)))
                .value(AttributeType.MOBILITY_TICKET);
        for (int i = 0; i < 100; i++) {
            byte[] show = ticket;
            ticket = turn.ask(udp("9.2.0." + i, 1000), Method.REFRESH,
                    writer -> writer.add(AttributeType.MOBILITY_TICKET, show)).value(AttributeType.MOBILITY_TICKET);
        }

        assertThat(turn.server.allocations()).isOne();
        assertThat(turn.server.entries()).as("two places and a ticket").isEqualTo(3);
    }

    /** coturn #243: one user's quota is not everybody's. */
    @Test
    void countsUsersApart() {
        for (int i = 0; i < 10; i++) {
            turn.allocate(udp("9.0.0.1", 1000 + i));
        }

        assertThat(turn.allocate(udp("9.0.0.2", 1)).code()).isEqualTo(486);
        assertThat(turn.ask(udp("9.0.0.2", 2), "bob", Method.ALLOCATE, transport(NumberAttribute.UDP)).code()).isZero();
    }

    /** Slack 2020: whoever does not relay TCP is no proxy. */
    @Test
    void relaysNoTcpUnlessTheOperatorWantsIt() {
        TurnSettings s = TurnFixture.SETTINGS;
        TurnFixture udpOnly = new TurnFixture(new TurnSettings(s.realm(), null, s.defaultLifetimeNanos(),
                s.maxLifetimeNanos(), s.permissionLifetimeNanos(), s.channelLifetimeNanos(), true, false, false, 10, 20,
                8, 4, 0));

        assertThat(udpOnly.ask(STREAM, Method.ALLOCATE, transport(NumberAttribute.TCP)).code()).isEqualTo(442);
    }

    /** rtcsec: no scanning of the services of a host that is permitted. */
    @Test
    void reachesNoLowPorts() {
        turn.allocated();
        assertThat(turn.ask(ALICE, Method.CREATE_PERMISSION, peer(PEER)).code()).isZero();

        for (int port : new int[] {22, 25, 53, 80, 443, 1023}) {
            turn.deliver(ALICE, turn.plain(MessageClass.INDICATION, Method.SEND,
                    peer(ip("8.8.4.4", port)).andThen(writer -> writer.add(AttributeType.DATA, 1))));
        }
        assertThat(turn.out.events).noneMatch(event -> event.startsWith("toPeer"));
        assertThat(turn.ask(ALICE, Method.CREATE_PERMISSION, peer(PRIVATE)).code()).isEqualTo(403);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is contacted and who is heard: RFC 8445 §6 and §9, RFC 7675 §5.1, and the policy about peers. */
@Timeout(60)
class IceRulesTest {
    static Stream<IceServer.Choice> engines() {
        return IceServer.engines();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void beginsAnewWhenAPartyDoes(IceServer.Choice choice) throws Exception {
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "127.0.0.1")) {
            IceServer.Call call = server.connect(1, romeo, juliet);
            TransportAddress before = romeo.own(1);

            romeo.restart(true);
            call.control.theirs(CallParty.INITIATOR, romeo.description());
            IceDescription ours = call.restarts.poll(10, TimeUnit.SECONDS);
            romeo.start(ours);
            server.awaitThat(so -> romeo.description().candidates().getFirst().address().equals(so.initiatorAddress()));
            romeo.send(1, "by another way");

            assertThat(juliet.text(1)).isEqualTo("by another way");
            juliet.send(1, "I know thy voice");
            assertThat(romeo.text(1)).isEqualTo("I know thy voice");
            assertThat(romeo.own(1)).isNotEqualTo(before);
            assertThat(ours.fragment()).isNotEqualTo(call.initiator.fragment());
            assertThat(ours.candidates()).as("the ports stay").isEqualTo(call.initiator.candidates());
        }
    }

    @Test
    void takesCandidatesThatComeLater() throws Exception {
        try (IceServer server = IceServer.with().start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "127.0.0.1")) {
            IceServer.Call call = server.open(1);
            call.control.theirs(CallParty.INITIATOR, romeo.bareDescription());
            call.control.theirs(CallParty.RESPONDER, juliet.bareDescription());
            call.start();
            romeo.start(bare(call.initiator));
            juliet.start(bare(call.responder));
            assertThat(call.connected).isNotDone();

            call.control.theirs(CallParty.INITIATOR, romeo.description());
            call.control.theirs(CallParty.RESPONDER, juliet.description());

            call.awaitConnected();
            romeo.send(1, "wherefore");
            assertThat(juliet.text(1)).isEqualTo("wherefore");
        }
    }

    /** RFC 8838 §8: more may come; who can tell that no more will is the call's deadline. */
    @Test
    void waitsForThePartiesWhenAllThatItKnowsHasFailed() throws Exception {
        try (IceServer server = IceServer.with().start();
                IceByHand romeo = new IceByHand(1);
                IceByHand juliet = new IceByHand(1);
                IceByHand wall = new IceByHand(1);
                IceClient impatient = new IceClient(true, 1, "127.0.0.1")) {
            IceServer.Call call = server.open(1);
            romeo.told(call.initiator);
            juliet.told(call.responder);
            wall.answering = false;
            call.control.theirs(CallParty.INITIATOR, wall.description());
            call.control.theirs(CallParty.RESPONDER, wall.description());
            call.start();
            refuse(wall, 2);
            impatient.start(wall.description());
            refuse(wall, 1);
            impatient.awaitFailure(); // ice4j by itself, which began later

            call.control.theirs(CallParty.RESPONDER, juliet.description());
            romeo.connect(call); // from where nobody has said that he is

            juliet.send(0, "what's in a name");
            assertThat(romeo.media.poll(10, TimeUnit.SECONDS)).isEqualTo("what's in a name");
        }
    }

    /** Refuses what so many agents ask, however often they do. */
    private static void refuse(IceByHand party, int agents) throws Exception {
        Set<TransportAddress> refused = new HashSet<>();
        while (refused.size() < agents) {
            IceByHand.Question question = party.question(0);
            party.refuse(question, ErrorCode.BAD_REQUEST, true);
            refused.add(question.from());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void neverContactsWhoMayBeNoPeer(IceServer.Choice choice) throws Exception {
        choice.allowed = List.of("127.0.0.2/32");
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.2");
                IceClient juliet = new IceClient(false, 1, "127.0.0.2");
                Party lan = new Party("127.0.0.3")) {
            IceServer.Call call = server.open(1);
            call.control.theirs(CallParty.INITIATOR, romeo.description());
            IceDescription hers = juliet.description();
            List<IceCandidate> more = new ArrayList<>();
            more.add(new IceCandidate(1, "9", 2_130_706_431, lan.address(), IceCandidate.Type.HOST));
            more.addAll(hers.candidates());
            call.control.theirs(CallParty.RESPONDER, new IceDescription(hers.fragment(), hers.password(), more));
            call.start();
            romeo.start(call.initiator);
            juliet.start(call.responder);
            call.awaitConnected();

            assertThat(lan.drain()).isZero();
        }
    }

    /** It knows the password, and still may be no peer. */
    @Test
    void doesNotHearWhoMayBeNoPeer() throws Exception {
        IceServer.Choice choice = IceServer.with();
        choice.allowed = List.of("127.0.0.2/32");
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.3");
                IceClient juliet = new IceClient(false, 1, "127.0.0.2")) {
            IceServer.Call call = server.open(1);
            call.control.theirs(CallParty.INITIATOR, romeo.bareDescription());
            call.control.theirs(CallParty.RESPONDER, juliet.description());
            call.start();
            romeo.start(call.initiator);
            juliet.start(call.responder);
            server.awaitThat(so -> so.packetsDropped() > 3);

            server.advance(IceServer.SETUP);

            assertThat(call.ended.get(10, TimeUnit.SECONDS).reason()).isEqualTo(CallEnd.UNREACHABLE);
            assertThat(call.ended.get().initiatorAddress()).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void dropsStrangers(IceServer.Choice choice) throws Exception {
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "127.0.0.1");
                Party tybalt = new Party()) {
            IceServer.Call call = server.connect(1, romeo, juliet);
            TransportAddress his = call.initiator.candidates().getFirst().address();
            TransportAddress hers = call.responder.candidates().getFirst().address();
            long droppedBefore = server.list().getFirst().packetsDropped();

            tybalt.send(his, "peace? I hate the word");
            tybalt.send(hers, "peace? I hate the word");
            tybalt.send(his, 0, unsigned(call.initiator.fragment()));
            server.awaitThat(so -> so.packetsDropped() == droppedBefore + 3);
            romeo.send(1, "by whose direction");
            juliet.send(1, "by love");

            assertThat(juliet.text(1)).isEqualTo("by whose direction");
            assertThat(romeo.text(1)).isEqualTo("by love");
            assertThat(tybalt.drain()).as("no answer, no media").isZero();
            assertThat(server.list().getFirst().initiatorAddress()).isEqualTo(romeo.own(1));
        }
    }

    @Test
    void sendsNothingWithoutConsent() throws Exception {
        try (IceServer server = IceServer.with().start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "127.0.0.1")) {
            IceServer.Call call = server.connect(1, romeo, juliet);
            juliet.vanish();

            server.advance(Duration.ofSeconds(29));
            assertThat(server.list()).hasSize(1);
            server.advance(Duration.ofSeconds(30)); // an answer may have been on its way

            assertThat(call.ended.get(10, TimeUnit.SECONDS).reason()).isEqualTo(CallEnd.CONSENT_LOST);
        }
    }

    /** Each of them is checked in turn: who may name any number of addresses could have us send to all of them. */
    @Test
    void hearsAPartyFromAFewAddressesOnly() throws Exception {
        IceServer.Choice choice = IceServer.with();
        choice.threads = 1;
        try (IceServer server = choice.start()) {
            IceServer.Call call = server.open(1);
            TransportAddress his = call.initiator.candidates().getFirst().address();
            List<Party> parties = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Party party = new Party();
                parties.add(party);
                party.send(his, 0, signed(call.initiator));
            }
            server.awaitThat(so -> so.packetsDropped() == 8);

            int answered = 0;
            for (Party party : parties) {
                answered += party.drain() > 0 ? 1 : 0;
                party.close();
            }
            assertThat(answered).isEqualTo(32);
        }
    }

    /** 1:1 NAT: what the client is told is not what is bound. */
    @Test
    void tellsAnnouncedAddresses() throws Exception {
        IceServer.Choice choice = IceServer.with();
        choice.relays = List.of(ChannelServer.relay("127.0.0.1", "192.0.2.1"));
        try (IceServer server = choice.start();
                IceClient romeo = new IceClient(true, 1, "127.0.0.1");
                IceClient juliet = new IceClient(false, 1, "127.0.0.1")) {
            IceServer.Call call = server.open(1);

            assertThat(call.initiator.candidates()).singleElement().satisfies(candidate -> {
                assertThat(candidate.address().address()).containsExactly(192, 0, 2, 1);
                assertThat(candidate.priority()).isEqualTo((126L << 24) + (65_534L << 8) + 255);
            });
            call.control.theirs(CallParty.INITIATOR, romeo.description());
            call.control.theirs(CallParty.RESPONDER, juliet.description());
            call.start();
            romeo.start(bare(call.initiator));
            juliet.start(bare(call.responder));
            call.awaitConnected();
        }
    }

    private static IceDescription bare(IceDescription description) {
        return new IceDescription(description.fragment(), description.password(), List.of());
    }

    private static byte[] signed(IceDescription ours) {
        ByteBuffer bytes = ByteBuffer.allocate(200);
        StunMessageWriter writer = new StunMessageWriter().start(
                bytes, 0, MessageType.of(MessageClass.REQUEST, Method.BINDING),
                new TransactionId(1, System.nanoTime()));
        writer.add(AttributeType.USERNAME, ours.fragment() + ":x").add(AttributeType.PRIORITY, 1);
        byte[] password = ours.password().getBytes(StandardCharsets.US_ASCII);
        MessageIntegrity.sha1().sign(writer, new SecretKeySpec(password, "HmacSHA1"));
        byte[] message = new byte[writer.written().remaining()];
        writer.written().get(message);
        return message;
    }

    /** A check as it should be, but for the integrity. */
    private static byte[] unsigned(String fragment) {
        byte[] username = (fragment + ":x").getBytes(StandardCharsets.US_ASCII);
        int padded = username.length + 3 & ~3;
        ByteBuffer message = ByteBuffer.allocate(StunMessage.HEADER_BYTES + 4 + padded + 8);
        message.putShort((short) MessageType.of(MessageClass.REQUEST, Method.BINDING).code());
        message.putShort((short) (message.capacity() - StunMessage.HEADER_BYTES));
        message.putInt(StunMessage.MAGIC_COOKIE).putLong(1).putInt(2);
        message.putShort((short) 0x0006).putShort((short) username.length).put(username);
        message.position(StunMessage.HEADER_BYTES + 4 + padded);
        message.putShort((short) 0x0024).putShort((short) 4).putInt(1);
        return message.array();
    }
}

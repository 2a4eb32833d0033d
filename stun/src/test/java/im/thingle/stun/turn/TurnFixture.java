// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TextAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.auth.Authenticator;
import im.thingle.stun.auth.ChallengeBudget;
import im.thingle.stun.auth.Entropy;
import im.thingle.stun.auth.LongTermKey;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.auth.Nonces;
import im.thingle.stun.auth.StaticUsers;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** A machine in virtual time, with clients that know passwords and an outside that opens sockets. */
final class TurnFixture {
    static final String REALM = "thingle.im";
    static final TransportAddress SERVER = ip("1.0.0.1", 3478);
    static final FiveTuple ALICE = udp("9.0.0.1", 40000);
    static final FiveTuple BOB = udp("9.0.1.1", 40000);
    static final FiveTuple STREAM = tuple(ClientTransport.TCP, "9.0.0.1", 41000);
    static final TransportAddress PEER = ip("8.8.4.4", 50000);
    static final TransportAddress PEER_V6 = new TransportAddress(Family.IPV6, 0x2606_4700_0000_0000L, 0x1111, 50000);
    static final TransportAddress PRIVATE = ip("10.0.0.1", 50000);
    static final long SECOND = 1_000_000_000L;
    static final TurnSettings SETTINGS = new TurnSettings(REALM, "Thingle", 600 * SECOND, 3600 * SECOND, 300 * SECOND,
            600 * SECOND, true, true, true, 10, 20, 8, 4, 0);

    final RecordingOutput out = new RecordingOutput();
    /** Who has no bytes left today. */
    final Set<String> usedUp = new HashSet<>();
    final AllocationQuotas quotas;
    final TurnServer server;
    /** Sockets are opened at once, as long as this is set. */
    boolean opens = true;
    boolean hasIpv4 = true;
    boolean hasIpv6 = true;
    byte[] token;
    long now = -5 * SECOND;

    private final Random random = new Random(1);
    private final Map<String, String> nonces = new HashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(4096);
    private final StunMessageWriter writer = new StunMessageWriter();
    private final MessageIntegrity integrity = MessageIntegrity.sha1();
    private int nextPort = 50000;
    private long nextId = 1;

    TurnFixture() {
        this(SETTINGS);
    }

    TurnFixture(TurnSettings settings) {
        quotas = new AllocationQuotas(settings.allocationsPerUser(), settings.allocationsPerAddress(),
                usedUp::contains);
        Entropy entropy = new Entropy() {
            @Override
            public void nextBytes(byte[] into) {
                random.nextBytes(into);
            }

            @Override
            public int nextInt(int bound) {
                return random.nextInt(bound);
            }

            @Override
            public long nextLong() {
                return random.nextLong();
            }
        };
        Authenticator authenticator = new Authenticator(REALM,
                new StaticUsers(REALM, Map.of("alice", "secret-a", "bob", "secret-b")),
                new Nonces(new byte[Nonces.KEY_BYTES], 3600), new ChallengeBudget(0, 1, 1), () -> 1_700_000_000L);
        server = new TurnServer(settings, authenticator, PeerPolicy.builder().build(), quotas, entropy, out);
    }

    static TurnSettings settings(int perUser, int permissions, int channels, long rate, boolean mobility) {
        return new TurnSettings(REALM, null, 600 * SECOND, 3600 * SECOND, 300 * SECOND, 600 * SECOND, true, true,
                mobility, perUser, 0, permissions, channels, rate);
    }

    static TransportAddress ip(String ipv4, int port) {
        byte[] address = new byte[4];
        String[] parts = ipv4.split("\\.");
        for (int i = 0; i < 4; i++) {
            address[i] = (byte) Integer.parseInt(parts[i]);
        }
        return TransportAddress.of(address, port);
    }

    static FiveTuple udp(String ipv4, int port) {
        return tuple(ClientTransport.UDP, ipv4, port);
    }

    static FiveTuple tuple(ClientTransport transport, String ipv4, int port) {
        return new FiveTuple(transport, ip(ipv4, port), SERVER);
    }

    static Consumer<StunMessageWriter> peer(TransportAddress... peers) {
        return writer -> List.of(peers)
                .forEach(peer -> AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, peer));
    }

    static Consumer<StunMessageWriter> number(NumberAttribute attribute, long value) {
        return writer -> attribute.write(writer, value);
    }

    static Consumer<StunMessageWriter> transport(int protocol) {
        return number(NumberAttribute.REQUESTED_TRANSPORT, protocol);
    }

    void pass(long seconds) {
        now += seconds * SECOND;
        server.onDeadline(now);
    }

    /** A new request of alice, who answers challenges; its answer, null if there is none. */
    Answer ask(FiveTuple from, Method method, Consumer<StunMessageWriter> attributes) {
        return ask(from, "alice", method, attributes);
    }

    Answer ask(FiveTuple from, String user, Method method, Consumer<StunMessageWriter> attributes) {
        return deliver(from, signed(from, user, method, attributes));
    }

    Answer allocate(FiveTuple from) {
        return ask(from, Method.ALLOCATE, transport(NumberAttribute.UDP));
    }

    /** An allocation of alice from {@link #ALICE}. */
    Allocation allocated() {
        assertThat(allocate(ALICE).code()).isZero();
        return server.find(ALICE);
    }

    /** An allocation of alice from {@link #STREAM} that relays TCP. */
    Allocation allocatedTcp() {
        assertThat(ask(STREAM, Method.ALLOCATE, transport(NumberAttribute.TCP)).code()).isZero();
        return server.find(STREAM);
    }

    /** The bytes of a request with credentials. */
    byte[] signed(FiveTuple from, String user, Method method, Consumer<StunMessageWriter> attributes) {
        String nonce = nonces.computeIfAbsent(from.client().toString(), key -> challenge(from));
        begin(MessageClass.REQUEST, method);
        attributes.accept(writer);
        TextAttribute.USERNAME.write(writer, user);
        TextAttribute.REALM.write(writer, REALM);
        TextAttribute.NONCE.write(writer, nonce);
        integrity.sign(writer, LongTermKey.md5(user, REALM, "secret-" + user.charAt(0)));
        return written();
    }

    byte[] plain(MessageClass messageClass, Method method, Consumer<StunMessageWriter> attributes) {
        begin(messageClass, method);
        attributes.accept(writer);
        return written();
    }

    /** Gives the machine a message and the outside its turn; the first message it sent back, null if none. */
    Answer deliver(FiveTuple from, byte[] bytes) {
        StunMessage message = new StunMessage();
        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);
        int before = out.sent.size();
        server.onMessage(from, message, bytes.length, now);
        settle();
        return out.sent.size() == before ? null : Answer.of(out.sent.get(before));
    }

    void settle() {
        while (opens && !out.openings.isEmpty()) {
            RecordingOutput.Opening opening = out.openings.removeFirst();
            RelayRequest wanted = opening.wanted();
            int port = nextPort++;
            TransportAddress ipv4 = wanted.ipv4() && hasIpv4 ? ip("1.0.0.2", port) : null;
            TransportAddress ipv6 =
                    wanted.ipv6() && hasIpv6 ? new TransportAddress(Family.IPV6, 1L << 61, 2, port) : null;
            server.onRelayOpened(opening.request(), ipv4, ipv6, wanted.reserveNext() ? token : null, now);
            nextPort = nextPort == 65000 ? 50000 : nextPort;
        }
    }

    void forgetNonces() {
        nonces.clear();
    }

    Answer last() {
        return Answer.of(out.sent.getLast());
    }

    private String challenge(FiveTuple from) {
        Answer challenge = deliver(from, plain(MessageClass.REQUEST, Method.ALLOCATE, writer -> {}));
        assertThat(challenge.code()).isEqualTo(401);
        return TextAttribute.NONCE.read(challenge.message()).orElseThrow();
    }

    private void begin(MessageClass messageClass, Method method) {
        writer.start(buffer, 0, MessageType.of(messageClass, method), 7, nextId++);
    }

    private byte[] written() {
        byte[] bytes = new byte[writer.length()];
        writer.written().get(bytes);
        return bytes;
    }
}

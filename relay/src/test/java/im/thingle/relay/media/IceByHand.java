// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.ErrorCodeAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.auth.Fingerprint;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A client whose ICE agent is the test: it asks and answers what the test wants, right or wrong, at several ports. */
final class IceByHand implements AutoCloseable {
    /** A question that has come and has no answer yet. */
    record Question(
            int at, TransportAddress from, TransactionId id, String username, List<AttributeType> has, boolean genuine) {
        Question(int at, TransportAddress from, TransactionId id) {
            this(at, from, id, null, List.of(), false);
        }
    }

    static final IceDescription NOBODY = new IceDescription("none", "no-password-of-that-length", List.of());

    final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    final BlockingQueue<String> media = new LinkedBlockingQueue<>();
    final AtomicInteger answers = new AtomicInteger();
    /** Codes of errors that were answered. */
    final Set<Integer> refused = ConcurrentHashMap.newKeySet();
    volatile boolean answering = true;
    /** Whether a question with USE-CANDIDATE was answered by itself. */
    volatile boolean nominated;
    /** Questions at the first port that were answered by themselves. */
    final AtomicInteger answeredFirst = new AtomicInteger();
    private final Set<Integer> answered = ConcurrentHashMap.newKeySet();
    private final List<DatagramSocket> sockets = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong(System.nanoTime());
    private String fragment = "Nurs";
    private String password = "what-saucy-merchant-was-this";
    private volatile IceDescription ours = NOBODY;

    /** @param ports how many */
    IceByHand(int ports) throws IOException {
        open(ports);
    }

    private void open(int ports) throws IOException {
        for (int i = 0; i < ports; i++) {
            DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
            int at = sockets.size();
            sockets.add(socket);
            Thread.ofVirtual().start(() -> read(socket, at));
        }
    }

    IceDescription description() {
        List<IceCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < sockets.size(); i++) {
            candidates.add(new IceCandidate(1, "f" + i, 2_130_706_431 - i, address(i), IceCandidate.Type.HOST));
        }
        return new IceDescription(fragment, password, candidates);
    }

    IceDescription bareDescription() {
        return new IceDescription(fragment, password, List.of());
    }

    /** Another agent, at other ports. */
    void restart(int ports) throws IOException {
        close();
        sockets.clear();
        fragment = "Nur" + (char) (fragment.charAt(3) + 1);
        open(ports);
    }

    TransportAddress address(int at) {
        return TransportAddress.of(sockets.get(at).getLocalAddress().getAddress(), sockets.get(at).getLocalPort());
    }

    /** Whether a question at this port has been answered. */
    boolean isAnswered(int at) {
        return answered.contains(at);
    }

    void told(IceDescription relay) {
        ours = relay;
    }

    TransportAddress relay() {
        return ours.candidates().stream()
                .map(IceCandidate::address)
                .filter(address -> address.family() == TransportAddress.Family.IPV4)
                .findFirst()
                .orElseThrow();
    }

    void send(int at, String text) {
        send(at, relay(), text.getBytes(StandardCharsets.UTF_8));
    }

    /** A check (RFC 8445 §7.2.2) of the relay. */
    void ask(int at, boolean nominating) {
        StunMessageWriter writer = check();
        if (nominating) {
            writer.add(AttributeType.USE_CANDIDATE);
        }
        send(at, relay(), signed(writer, ours.password()));
    }

    /** A check by who claims this role. */
    void askAs(int at, AttributeType role, long tieBreaker) {
        StunMessageWriter writer = check();
        writer.bytes().putLong(writer.reserve(role, Long.BYTES), tieBreaker);
        send(at, relay(), signed(writer, ours.password()));
    }

    private StunMessageWriter check() {
        StunMessageWriter writer = start(MessageClass.REQUEST, id());
        return writer.add(AttributeType.USERNAME, ours.fragment() + ":" + fragment)
                .add(AttributeType.PRIORITY, 1 << 24);
    }

    /** The same agent at another port, which answers nothing by itself. */
    IceByHand moved() throws IOException {
        IceByHand moved = new IceByHand(1);
        moved.told(ours);
        moved.answering = false;
        return moved;
    }

    /** The next question that was not answered, at this port. */
    Question question(int at) throws InterruptedException {
        Question next;
        do {
            next = questions.poll(20, TimeUnit.SECONDS);
        } while (next != null && next.at != at);
        if (next == null) {
            throw new AssertionError("nobody asks");
        }
        return next;
    }

    void answer(Question question) {
        answer(question.at, question);
    }

    /** Answers from another port than the one that was asked. */
    void answer(int from, Question question) {
        StunMessageWriter writer = start(MessageClass.SUCCESS_RESPONSE, question.id);
        AddressAttribute.write(writer, AttributeType.XOR_MAPPED_ADDRESS, question.from);
        send(from, question.from, signed(writer, password));
    }

    /** An answer to what nobody has asked. */
    void answerUnasked(int at) {
        answer(new Question(at, relay(), id()));
    }

    void refuse(Question question, ErrorCode why, boolean sign) {
        StunMessageWriter writer = start(MessageClass.ERROR_RESPONSE, question.id);
        ErrorCodeAttribute.write(writer, why);
        send(question.at, question.from, sign ? signed(writer, password) : bytes(writer));
    }

    /** Asks until it has come about; as the one who controls. */
    void connect(IceServer.Call call) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!call.connected.isDone() && System.nanoTime() - end < 0) {
            ask(0, true);
            try {
                call.connected.get(50, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                // ask again
            }
        }
        call.awaitConnected();
    }

    private void read(DatagramSocket socket, int at) {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        StunMessage message = new StunMessage();
        try {
            while (true) {
                socket.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                if ((bytes[0] & 0xFC) != 0) {
                    media.add(new String(bytes, StandardCharsets.UTF_8));
                    continue;
                }
                message.wrap(bytes, 0, bytes.length);
                TransportAddress from = TransportAddress.of(packet.getAddress().getAddress(), packet.getPort());
                Question question = question(at, from, message);
                if (message.type().messageClass() == MessageClass.ERROR_RESPONSE) {
                    int error = message.find(AttributeType.ERROR_CODE);
                    refused.add(message.byteAt(error, 2) * 100 + message.byteAt(error, 3));
                } else if (message.type().messageClass() == MessageClass.SUCCESS_RESPONSE) {
                    answers.incrementAndGet();
                } else if (answering) {
                    answer(question);
                    answered.add(at);
                    nominated |= question.has.contains(AttributeType.USE_CANDIDATE);
                    answeredFirst.addAndGet(at == 0 ? 1 : 0);
                } else {
                    questions.add(question);
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private Question question(int at, TransportAddress from, StunMessage message) {
        List<AttributeType> has = new ArrayList<>();
        for (int i = message.first(); i != StunMessage.NONE; i = message.next(i)) {
            has.add(AttributeType.of(message.code(i)));
        }
        int username = message.find(AttributeType.USERNAME);
        boolean genuine = MessageIntegrity.sha1().verify(message, key(password)) && Fingerprint.verify(message);
        return new Question(at, from, message.transactionId(),
                username == StunMessage.NONE ? null : message.text(username), has, genuine);
    }

    private void send(int at, TransportAddress to, byte[] packet) {
        try {
            sockets.get(at).send(new DatagramPacket(packet, packet.length, IceAgent.inet(to)));
        } catch (IOException closed) {
            // the test is over
        }
    }

    private TransactionId id() {
        return new TransactionId(1, ids.incrementAndGet());
    }

    private static StunMessageWriter start(MessageClass kind, TransactionId id) {
        return new StunMessageWriter().start(
                ByteBuffer.allocate(300), 0, MessageType.of(kind, Method.BINDING), id);
    }

    private static byte[] signed(StunMessageWriter writer, String password) {
        MessageIntegrity.sha1().sign(writer, key(password));
        return bytes(writer);
    }

    private static SecretKey key(String password) {
        return new SecretKeySpec(password.getBytes(StandardCharsets.US_ASCII), "HmacSHA1");
    }

    private static byte[] bytes(StunMessageWriter writer) {
        byte[] message = new byte[writer.written().remaining()];
        writer.written().get(message);
        return message;
    }

    @Override
    public void close() {
        sockets.forEach(DatagramSocket::close);
    }
}

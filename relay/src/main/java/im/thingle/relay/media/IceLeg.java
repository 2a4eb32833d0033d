// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.udp.Datagram;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.auth.Entropy;
import im.thingle.stun.message.TransactionId;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One party of a call as we see it: the components that reach it, and the ICE agent that finds the ways. When the party
 * begins anew (RFC 8445 §9) the agent is replaced, the ports stay. Confined to its event loop.
 */
final class IceLeg {
    /**
     * RFC 8445 §6.1.2.5 has 100 pairs; what a client needs is far less, and whose list is longer is up to something.
     */
    private static final int MOST_CANDIDATES = 32;
    /** So many addresses a party may send checks from: each is checked in turn, whoever is there. */
    private static final int MOST_SOURCES = 32;
    /** So many messages of a party may wait for the agent, so that nobody keeps others waiting. */
    private static final int MOST_MESSAGES = 64;
    /** So many questions of a party get as far as an agent that may not ask back yet: it keeps them all. */
    static final int MOST_EARLY = 64;
    /** Checks are 20 ms apart at least (RFC 8445 §14.2), for each of two components, and are repeated. */
    static final int QUESTIONS_AT_ONCE = 200;
    private static final Duration QUESTION_EVERY = Duration.ofMillis(10);
    /** Each costs a new agent. Who changes from one network to another and back needs one every few seconds. */
    static final int RESTARTS_AT_ONCE = 6;
    static final Duration RESTART_EVERY = Duration.ofSeconds(10);

    private final Call call;
    private final CallParty party;
    private final List<IceComponent> components = new ArrayList<>();
    private final Set<TransportAddress> known = new HashSet<>();
    private final Set<TransportAddress> sources = new HashSet<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final Tokens questions;
    private final Tokens restarts;
    private Generation current;
    private IceDescription ours;
    private IceDescription theirs;
    private IceKeys keys;
    private IceRole role;
    private int generations;
    private boolean startWanted;
    private int early;

    IceLeg(Call call, CallParty party, int components) {
        this.call = call;
        this.party = party;
        questions = new Tokens(QUESTIONS_AT_ONCE, QUESTION_EVERY, call.now());
        restarts = new Tokens(RESTARTS_AT_ONCE, RESTART_EVERY, call.now());
        for (int i = 1; i <= components; i++) {
            this.components.add(new IceComponent(this, i));
        }
    }

    /** One agent and what it tells. The agent belongs to the worker, all else to the event loop. */
    private final class Generation implements IceAgent.Output {
        private final int number;
        private IceAgent agent;

        Generation(int number) {
            this.number = number;
        }

        @Override
        public void checked(TransportAddress local, TransportAddress remote) {
            onLoop(() -> at(local, (component, socket) -> component.checked(socket, remote, number)));
        }

        @Override
        public void nominated(TransportAddress local, TransportAddress remote) {
            onLoop(() -> {
                at(local, (component, socket) -> component.nominate(socket, remote, number));
                call.onNominated();
            });
        }

        @Override
        public void role(IceRole role) {
            onLoop(() -> IceLeg.this.role = role);
        }

        @Override
        public void failed() {
            onLoop(() -> call.end(CallEnd.UNREACHABLE));
        }

        void broke(Throwable bug) {
            onLoop(() -> {
                call.onFault(bug);
                call.end(CallEnd.FAULT);
            });
        }

        void onLoop(Runnable task) {
            try {
                loop().execute(() -> {
                    if (current == this) {
                        task.run();
                    }
                });
            } catch (RejectedExecutionException stopped) {
                // and with the loop the call
            }
        }

        void onWorker(Consumer<IceAgent> task) {
            call.worker().execute(() -> {
                if (agent != null) {
                    task.accept(agent);
                }
            });
        }
    }

    private interface Place {
        void take(IceComponent component, IceSocket socket);
    }

    List<IceComponent> components() {
        return components;
    }

    Call call() {
        return call;
    }

    IceGate gate() {
        return call.gate();
    }

    EventLoop loop() {
        return call.loop();
    }

    /** Whether the party is the one that nominates; false before there is an agent (RFC 8445 §7.3.1.1). */
    boolean partyControls() {
        return role != null && !role.controlling();
    }

    int generation() {
        return generations;
    }

    /** What the party is to be told; null: not known yet. */
    IceDescription ours() {
        return ours;
    }

    /** Everything is bound: makes the agent. */
    void gather(Runnable whenReady) {
        Generation old = current;
        Generation next = new Generation(++generations);
        List<List<IceWrapper>> ports = components.stream()
                .map(component -> component.sockets().stream().map(IceWrapper::new).toList())
                .toList();
        boolean controlling = party != CallParty.INITIATOR; // who began the session nominates (XEP-0176 §5.7)
        current = next;
        call.worker().execute(() -> {
            close(old);
            try {
                next.agent = new IceAgent(controlling, ports, next);
                String fragment = next.agent.fragment();
                String password = next.agent.password();
                next.onLoop(() -> ready(fragment, password, whenReady));
            } catch (IOException | RuntimeException | Error bug) { // an Error where there is no thread to be had
                next.broke(bug);
            }
        });
    }

    /** What the party tells of itself. */
    void theirs(IceDescription told) {
        if (theirs == null || !startWanted && !told.isOfSameAgentAs(theirs)) {
            known.clear();
            theirs = new IceDescription(told.fragment(), told.password(), usable(told.candidates()));
            takeKeys();
            startIfReady();
        } else if (told.isOfSameAgentAs(theirs)) {
            addCandidates(usable(told.candidates()));
        } else if (restarts.take(call.now())) {
            restart(told);
        } else {
            call.end(CallEnd.RESTARTS);
        }
    }

    private void restart(IceDescription told) {
        known.clear();
        theirs = new IceDescription(told.fragment(), told.password(), usable(told.candidates()));
        ours = null;
        keys = null;
        sources.clear();
        early = 0;
        components.forEach(IceComponent::restart);
        gather(() -> {
            call.restarted(party, ours);
            startIfReady();
        });
    }

    /** The party has been told what it is to be told. */
    void start() {
        startWanted = true;
        startIfReady();
    }

    boolean isStarted() {
        return startWanted;
    }

    /** The components after these are given up, but for the first. */
    void reduce(int count) {
        if (!startWanted && count > 0 && count < components.size()) {
            List<IceComponent> over = components.subList(count, components.size());
            over.forEach(IceComponent::close);
            over.clear();
            current.onWorker(agent -> agent.reduce(count));
        }
    }

    /** What a STUN message is, if it is for us and from somewhere that it may be from, and not one too many. */
    IceGate.Kind judge(IceSocket at, Datagram datagram) {
        IceGate.Kind kind = gate().judge(datagram, keys, at.asked(), call.now());
        boolean question = kind == IceGate.Kind.REQUEST || kind == IceGate.Kind.NOMINATION;
        return !question || mayAsk(datagram.source()) ? kind : IceGate.Kind.NOTHING;
    }

    private boolean mayAsk(TransportAddress source) {
        return questions.take(call.now()) && isSource(source) && (canStart() || early++ < MOST_EARLY);
    }

    private boolean isSource(TransportAddress address) {
        return sources.contains(address) || sources.size() < MOST_SOURCES && sources.add(address);
    }

    /** What was judged last goes to the agent. */
    void receive(IceSocket at, Datagram datagram) {
        Generation now = current;
        if (messages.get() >= MOST_MESSAGES) {
            call.countDropped();
            return;
        }
        byte[] message = new byte[datagram.length()];
        datagram.bytes().get(datagram.offset(), message);
        TransportAddress remote = datagram.source();
        messages.incrementAndGet();
        call.worker().execute(() -> {
            messages.decrementAndGet();
            if (now.agent != null) {
                now.agent.receive(message, at.bound(), remote);
            }
        });
    }

    /** Answers the check that was judged last, in place of the agent; false: that is the agent's affair. */
    boolean answer(IceSocket at, Datagram check) {
        if (keys == null || !gate().isPlain(role)) {
            return false;
        }
        at.reply(check, call.shard().messages().success(keys, gate().request(), check.source()));
        return true;
    }

    /**
     * Asks somebody whether he is the party, and consents to being sent anything (RFC 7675 §5.1).
     *
     * @param nominated whether this is where both want the party to be reached
     */
    void ask(IceComponent component, IceSocket from, TransportAddress to, boolean nominated) {
        if (keys != null && keys.theirs() != null) {
            TransactionId id = new TransactionId((int) entropy().nextLong(), entropy().nextLong());
            boolean nominating = nominated && role.controlling();
            from.ask(call.shard().messages().request(keys, role, component.number(), nominating, id), id, to);
        }
    }

    int random(int bound) {
        return entropy().nextInt(bound);
    }

    private Entropy entropy() {
        return call.shard().entropy();
    }

    /** Where the party is reached with its first component; null: nowhere yet. */
    TransportAddress remote() {
        return components.getFirst().remote();
    }

    boolean isNominated() {
        return components.stream().allMatch(IceComponent::isNominated);
    }

    /** Asked of every call four times a second, like {@link #packets}: no streams. */
    long bytes() {
        long sum = 0;
        for (IceComponent component : components) {
            sum += component.bytes();
        }
        return sum;
    }

    long packets() {
        long sum = 0;
        for (IceComponent component : components) {
            sum += component.packets();
        }
        return sum;
    }

    void close() {
        components.forEach(IceComponent::close);
        Generation last = current;
        current = null;
        call.worker().execute(() -> close(last));
    }

    private static void close(Generation generation) {
        if (generation != null && generation.agent != null) {
            generation.agent.close();
        }
    }

    private void ready(String fragment, String password, Runnable whenReady) {
        List<IceCandidate> candidates = components.stream()
                .flatMap(component -> component.sockets().stream()
                        .map(socket -> IceCandidate.host(component.number(), socket.announced())))
                .toList();
        ours = new IceDescription(fragment, password, candidates);
        takeKeys();
        whenReady.run();
    }

    private void takeKeys() {
        keys = ours == null ? null : IceKeys.of(ours, theirs);
    }

    private boolean canStart() {
        return startWanted && theirs != null && ours != null;
    }

    private void startIfReady() {
        if (canStart()) {
            IceDescription told = theirs;
            Generation now = current;
            now.onWorker(agent -> {
                if (!agent.isStarted()) {
                    try {
                        agent.start(told);
                    } catch (RuntimeException | Error bug) { // half started it would answer, and never ask
                        now.broke(bug);
                    }
                }
            });
        }
    }

    private void addCandidates(List<IceCandidate> more) {
        List<IceCandidate> all = new ArrayList<>(theirs.candidates());
        all.addAll(more);
        theirs = new IceDescription(theirs.fragment(), theirs.password(), all);
        if (startWanted && ours != null && !more.isEmpty()) {
            current.onWorker(agent -> agent.add(more));
        }
    }

    /** Those that may be contacted; each address once. */
    private List<IceCandidate> usable(List<IceCandidate> candidates) {
        List<IceCandidate> usable = new ArrayList<>();
        for (IceCandidate candidate : candidates) {
            TransportAddress address = candidate.address();
            boolean reachable = call.has(address.family())
                    && gate().admits(address.family(), address.high(), address.low(), address.port());
            if (reachable && known.size() < MOST_CANDIDATES && known.add(address)) {
                usable.add(candidate);
            }
        }
        return usable;
    }

    private void at(TransportAddress local, Place place) {
        for (IceComponent component : components) {
            for (IceSocket socket : component.sockets()) {
                if (socket.bound().equals(local)) {
                    place.take(component, socket);
                }
            }
        }
    }

    /** The families that a port is to be had of. */
    static List<Family> families() {
        return List.of(Family.IPV6, Family.IPV4);
    }
}

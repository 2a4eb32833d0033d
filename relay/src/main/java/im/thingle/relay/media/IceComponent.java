// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.udp.Datagram;
import im.thingle.relay.udp.Destination;
import im.thingle.stun.attribute.TransportAddress;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One component of a leg (RFC 8445 §5.1.1): its ports, and where its party is. Media is taken from addresses that the
 * party has proven to be its own, and goes to the one that was nominated; nobody gets there by sending something. The
 * agent finds these; from then on it is here that they are kept up, and checks answered (RFC 7675 §5.1). Leaves no
 * garbage per packet of media. Confined to its event loop.
 */
final class IceComponent implements MediaTarget {
    /** A party has few addresses; who comes from ever new ones has had enough. */
    private static final int MOST_VALID = 16;

    private final IceLeg leg;
    private final int number;
    private final List<IceSocket> sockets = new ArrayList<>();
    private final List<ValidPair> valid = new ArrayList<>();
    private final TriggeredChecks triggered = new TriggeredChecks();
    private MediaTarget target;
    private ValidPair selected;
    private Destination destination;
    private boolean nominated;
    private boolean restarting;
    private long restartedNanos;
    private long bytes;
    private long packets;

    IceComponent(IceLeg leg, int number) {
        this.leg = leg;
        this.number = number;
    }

    /** Says where all goes that comes here. */
    void sendTo(MediaTarget target) {
        this.target = target;
    }

    int number() {
        return number;
    }

    List<IceSocket> sockets() {
        return sockets;
    }

    EventLoop loop() {
        return leg.loop();
    }

    boolean admits(TransportAddress to) {
        return leg.gate().admits(to.family(), to.high(), to.low(), to.port());
    }

    /** Where the party is; null: nowhere yet. */
    TransportAddress remote() {
        return selected == null ? null : selected.remote();
    }

    /** Whether the party is reached where both want it. */
    boolean isNominated() {
        return nominated;
    }

    long now() {
        return leg.call().now();
    }

    /**
     * Forgets addresses that do not consent to being sent anything any more, sends nothing there, and asks the others
     * again when it is time. True if the party was reached and is lost: one that has begun anew has as much time again
     * to be reached.
     */
    boolean sweep(long nowNanos) {
        valid.removeIf(each -> each != selected && !each.consents(nowNanos));
        valid.forEach(each -> askAgain(each, nowNanos));
        askTriggered(nowNanos);
        if (selected == null || selected.consents(nowNanos)) {
            return false;
        }
        stopSending();
        return nominated && !(restarting && nowNanos - restartedNanos < ValidPair.CONSENT_NANOS);
    }

    private void askAgain(ValidPair pair, long nowNanos) {
        if (pair.isDue(nowNanos) && pair.consents(nowNanos) && pair.generation() == leg.generation()) {
            pair.asked(nowNanos, leg.random(ValidPair.SPREAD_NANOS));
            leg.ask(this, pair.socket(), pair.remote(), isSettled() && pair == selected);
        }
    }

    private void askTriggered(long nowNanos) {
        triggered.ask(nowNanos, (from, whom) -> leg.ask(this, from, whom, false));
    }

    /** Whether the agent is done with this one. */
    private boolean isSettled() {
        return nominated && !restarting;
    }

    /** Payload that came from here and was carried. */
    long bytes() {
        return bytes;
    }

    long packets() {
        return packets;
    }

    void onMedia(IceSocket at, Datagram datagram) {
        int length = datagram.length();
        if (!isValid(at, datagram) || !target.isReady() || !leg.call().mayCarry(length)) {
            leg.call().countDropped();
            return;
        }
        target.take(datagram);
        bytes += length;
        packets++;
    }

    /** Whether there is somewhere to send to. */
    @Override
    public boolean isReady() {
        return destination != null;
    }

    /** Sends a datagram on to the party. */
    @Override
    public void take(Datagram datagram) {
        selected.socket().forward(datagram, destination);
    }

    /** Sends the party something of our own, if it is anywhere. */
    void send(ByteBuffer data) {
        if (destination != null) {
            selected.socket().send(data, destination);
        }
    }

    /** Where the party finds us; null: it does not yet. */
    TransportAddress announced() {
        return selected == null ? null : selected.socket().announced();
    }

    void onStun(IceSocket at, Datagram datagram) {
        IceGate.Kind kind = leg.judge(at, datagram);
        switch (kind) {
            case NOTHING -> leg.call().countDropped();
            case REQUEST, NOMINATION -> onCheck(at, datagram, kind == IceGate.Kind.NOMINATION);
            case ANSWER -> {
                renew(at, datagram);
                leg.receive(at, datagram);
            }
            case ERROR -> leg.receive(at, datagram);
            case CONSENT -> {
                checked(at, datagram.source(), leg.generation());
                renew(at, datagram);
                if (triggered.take(at, datagram.source())) {
                    nominate(at, datagram.source(), leg.generation());
                }
            }
            case REFUSAL -> {} // what is not renewed ends by itself
        }
    }

    /** Once the party is reached a check is no affair of the agent's any more, who would be done with it. */
    private void onCheck(IceSocket at, Datagram datagram, boolean nominating) {
        TransportAddress source = datagram.source();
        boolean wanted = nominating && leg.partyControls();
        boolean settled = isSettled(); // the agent of a party that begins anew has to hear who is nominated
        if (wanted && nominated) {
            // COMPAT(libwebrtc M88+, libnice 0.1.21): they nominate again, without a restart, when they come to like
            // another pair better, or nominate all and stick to one (RFC 5245 §8.1.1.2); ice4j sticks to the first
            nominate(at, source, leg.generation());
        }
        if (!settled || !leg.answer(at, datagram)) {
            leg.receive(at, datagram);
        } else if (find(at, source) == null && valid.size() < MOST_VALID) {
            triggered.add(at, source, wanted);
            askTriggered(now());
        }
    }

    /** The party has proven that this address is its own. */
    void checked(IceSocket at, TransportAddress remote, int generation) {
        ValidPair known = find(at, remote);
        if (known != null) {
            known.generation(generation);
        } else if (hasRoom(generation)) {
            known = new ValidPair(at, remote, generation, now());
            valid.add(known);
        }
        if (selected == null && known != null) {
            select(known);
        }
    }

    /** Whether there is room for one more, if need be in place of one from before the party began anew. */
    private boolean hasRoom(int generation) {
        for (int i = 0; valid.size() >= MOST_VALID && i < valid.size(); i++) {
            ValidPair each = valid.get(i);
            if (each != selected && each.generation() != generation) {
                valid.remove(i);
            }
        }
        return valid.size() < MOST_VALID;
    }

    /** From now on the party is to be reached there, if it has proven to be there, and consents. */
    void nominate(IceSocket at, TransportAddress remote, int generation) {
        ValidPair known = find(at, remote);
        if (known != null && known.generation() == generation && known.consents(now())) {
            if (known != selected || destination == null) {
                select(known);
            }
            valid.removeIf(each -> each.generation() != generation);
            nominated = true;
            restarting = false;
        }
    }

    /** The party begins anew: what flows may flow on meanwhile, as long as it last consented to (RFC 7675 §5.1). */
    void restart() {
        restarting = true;
        restartedNanos = now();
        triggered.clear();
    }

    void onFault(Throwable bug) {
        leg.call().onFault(bug);
    }

    void close() {
        sockets.forEach(IceSocket::close);
        valid.clear();
        stopSending();
    }

    private void renew(IceSocket at, Datagram datagram) {
        for (ValidPair each : valid) {
            if (each.is(at, datagram)) {
                each.renew(now());
                if (each == selected && destination == null) {
                    select(each);
                }
            }
        }
    }

    private boolean isValid(IceSocket at, Datagram datagram) {
        for (int i = 0; i < valid.size(); i++) {
            if (valid.get(i).is(at, datagram)) {
                return true;
            }
        }
        return false;
    }

    private ValidPair find(IceSocket at, TransportAddress remote) {
        for (ValidPair each : valid) {
            if (each.is(at, remote)) {
                return each;
            }
        }
        return null;
    }

    private void stopSending() {
        if (destination != null) {
            destination.close();
            destination = null;
        }
    }

    private void select(ValidPair one) {
        stopSending();
        selected = one;
        destination = one.socket().destination(one.remote());
    }
}

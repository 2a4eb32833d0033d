// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.jingle.transport.InBandTransport;
import im.thingle.signaling.jingle.transport.LegAddress;
import im.thingle.signaling.jingle.transport.Socks5Transport;
import im.thingle.signaling.port.BrokeredSession;
import im.thingle.signaling.port.GatewayLimits;
import im.thingle.signaling.port.GatewayPorts;
import im.thingle.signaling.port.StreamParties;
import im.thingle.signaling.stanza.FaultScope;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.RequestBudget;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jxmpp.jid.Jid;

/** All sessions that one component brokers, and the way of each stanza to its own. Confined to its event loop. */
public final class JingleSessions implements Broker.Owner {
    /** Offers of one account: more than any client makes, and fewer than would be felt. */
    static final int OFFERS_PER_MINUTE = 600;

    /** Under which address a party knows the other, and reaches it. Confined to its event loop. */
    public interface Addresses {
        /** The address under which {@code real} is seen by others. */
        Jid seen(Jid real);
    }

    /** Knows what clients can do. Confined to its event loop. */
    @FunctionalInterface
    public interface Clients {
        /** Whether this client has told the other party that it has this feature (XEP-0115). */
        boolean tells(Jid client, Jid party, String feature);
    }

    private record Name(String ours, String theirs, String sid) {}

    private record Place(Broker broker, Side side) {}

    private final Addresses addresses;
    private final Farewells wire;
    private final GatewayPorts ports;
    private final Supplier<String> ids;
    private final FaultScope faults;
    private final LongSupplier nanoTime;
    private final RequestBudget offers;
    private final InBandStreams inBand = new InBandStreams();
    private final Map<Name, Place> places = new HashMap<>();
    private final List<Broker> brokers = new ArrayList<>();
    private final Map<String, Integer> perAccount = new HashMap<>();
    private Clients clients = (client, party, feature) -> false;

    /** @param ids makes ids that nobody has had before */
    public JingleSessions(
            Addresses addresses, Wire wire, GatewayPorts ports, Supplier<String> ids, FaultScope faults, LongSupplier nanoTime) {
        this.addresses = addresses;
        this.wire = new Farewells(wire);
        this.ports = ports;
        this.ids = ids;
        this.faults = faults;
        this.nanoTime = nanoTime;
        offers = new RequestBudget(ports.limits().sessionsPerAccount() == 0 ? 0 : OFFERS_PER_MINUTE);
    }

    /** Tells whom to ask about clients; before that nothing is known of any. */
    public void ask(Clients clients) {
        this.clients = clients;
    }

    /** Whether this request is for a brokered session: Jingle, or an in-band bytestream. */
    public static boolean concerns(Iq iq) {
        return iq.type() == Iq.Type.SET
                && (iq.payload().is("jingle", Jingle.NAMESPACE)
                        || iq.payload().namespace().equals(InBandTransport.STANZAS));
    }

    /**
     * Takes a request that {@link #concerns} us. Whatever the spelling of the addresses in it: a session is known by the
     * prepared ones.
     *
     * @param from who sent it
     * @param to the real address of the contact it is for
     */
    public void onIq(Iq iq, Jid from, Jid to, Reply reply) {
        String ours = addresses.seen(to).toString();
        if (!iq.payload().is("jingle", Jingle.NAMESPACE)) {
            inBand.onIq(iq, ours, from.toString(), reply);
            return;
        }
        Optional<Jingle> jingle = Jingle.of(iq.payload());
        if (jingle.isEmpty()) {
            reply.error(StanzaError.BAD_REQUEST, "The jingle element breaks the rules of XEP-0166.");
            return;
        }
        Name name = new Name(ours, from.toString(), jingle.get().sid());
        Place place = places.get(name);
        if (place != null) {
            step(place.broker(), () -> place.broker().onJingle(place.side(), jingle.get(), reply));
        } else if (jingle.get().action() == JingleAction.SESSION_INITIATE) {
            initiate(name, jingle.get(), from, to, reply);
        } else {
            JingleError.UNKNOWN_SESSION.answer(reply);
        }
    }

    /** A client has gone offline, as far as this contact can see. */
    public void onUnavailable(Jid full, Jid contact) {
        each(full, contact, Broker::onVanished);
    }

    /** A client is online. */
    public void onAvailable(Jid full, Jid contact) {
        each(full, contact, Broker::onBack);
    }

    /** Two accounts are no contacts any more: what they have with each other ends. */
    public void part(Jid one, Jid other) {
        Set<String> parted = Set.copyOf(List.of(one.asBareJid().toString(), other.asBareJid().toString()));
        for (Broker broker : List.copyOf(brokers)) {
            BrokeredSession session = broker.session();
            if (parted.equals(Set.copyOf(List.of(account(session.initiator()), account(session.responder()))))) {
                guarded(broker, () -> broker.fail(Reason.GONE, "the two are no contacts any more"));
            }
        }
    }

    public void onTick(long nowNanos) {
        boolean draining = ports.draining().getAsBoolean();
        List.copyOf(brokers).forEach(broker -> guarded(broker, () -> {
            broker.onTick(nowNanos);
            if (draining) {
                broker.onDraining();
            }
        }));
    }

    /** Farewells of sessions that end from now on are kept for {@link #onLinkUp}. */
    public void onLinkLost() {
        wire.onLinkLost();
        List.copyOf(brokers).forEach(broker -> guarded(broker, broker::onLinkLost));
    }

    public void onLinkUp() {
        brokers.forEach(Broker::onLinkUp);
        wire.onLinkUp();
    }

    /** Ends all sessions, both parties of each are told. */
    public void close() {
        List.copyOf(brokers).forEach(broker -> guarded(broker, () -> broker.fail(Reason.GONE, "the relay goes down")));
    }

    /** Whether there can be calls. */
    public boolean carriesCalls() {
        return ports.media().isPresent();
    }

    public int size() {
        return brokers.size();
    }

    int inBandStreams() {
        return inBand.size();
    }

    @Override
    public Carriage carriage(Broker broker, Content content, Carriage.Output out) {
        BrokeredSession session = broker.session();
        StreamParties parties =
                new StreamParties(account(session.initiator()), session.initiator(), session.responder(), session.id());
        if (ports.media().isPresent() && CallCarriage.takes(content)) {
            return CallCarriage.of(broker.carriages(), content)
                    .or(() -> CallCarriage.saysWho(content)
                            ? Optional.of(new CallCarriage(ports.media().get(), parties, !broker.isAgreed(), out))
                            : Optional.empty())
                    .orElse(null);
        }
        return LegStream.takes(content.transport())
                ? new StreamCarriage(ports.streams(), inBand, broker.legs(), parties, ids, out)
                        .preferring(side -> connects(broker, side))
                : null;
    }

    /** Whether a party's client is known to take SOCKS5 bytestreams, and we are the ones to fall back if it reaches none. */
    private boolean connects(Broker broker, Side side) {
        Leg leg = broker.legs().get(side);
        return leg.initiates() && clients.tells(Jids.parse(leg.theirs()).orElseThrow(),
                Jids.parse(broker.legs().get(side.other()).theirs()).orElseThrow(), Socks5Transport.NAMESPACE);
    }

    @Override
    public void over(Broker broker) {
        if (brokers.remove(broker)) {
            broker.legs().values().forEach(leg -> places.remove(name(leg)));
            perAccount.computeIfPresent(account(broker.session().initiator()), (key, count) -> count == 1 ? null : count - 1);
        }
    }

    private void initiate(Name name, Jingle offer, Jid from, Jid to, Reply reply) {
        Leg first = new Leg(new LegAddress(name.ours(), name.theirs(), offer.sid(), false), wire);
        Leg second = new Leg(new LegAddress(addresses.seen(from).toString(), to.toString(), offer.sid(), true), wire);
        Optional<Broker> crossed =
                brokers.stream().filter(each -> each.isCrossedBy(from.toString(), to.toString(), offer)).findFirst();
        if (from.getResourceOrNull() == null || to.getResourceOrNull() == null) {
            reply.error(StanzaError.BAD_REQUEST, "Sessions are between full JIDs.");
        } else if (name(first).equals(name(second))) {
            reply.error(StanzaError.NOT_ACCEPTABLE, "A session of a client with itself would lead in a circle.");
        } else if (places.containsKey(name(second))
                || crossed.isPresent() && crossed.get().session().sid().compareTo(offer.sid()) < 0) {
            JingleError.TIE_BREAK.answer(reply);
        } else if (ports.draining().getAsBoolean()) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "The relay goes down and takes no new sessions.");
        } else if (!offers.take(from.asBareJid().toString(), nanoTime.getAsLong())) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "Sessions begin too fast; try again in a minute.");
        } else if (isFull(from.asBareJid().toString())) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "A limit of the relay is reached; try again later.");
        } else {
            reply.result();
            crossed.ifPresent(each -> each.fail(Reason.ALTERNATIVE_SESSION, "the other party's offer came first"));
            BrokeredSession session =
                    new BrokeredSession(ids.get(), offer.sid(), from.toString(), to.toString(), kind(offer));
            begin(session, new EnumMap<>(Map.of(Side.FIRST, first, Side.SECOND, second)), offer);
        }
    }

    private void begin(BrokeredSession session, Map<Side, Leg> legs, Jingle offer) {
        Broker broker = new Broker(session, legs, this, ports.events(), ports.limits().ring());
        brokers.add(broker);
        perAccount.merge(account(session.initiator()), 1, Integer::sum);
        legs.forEach((side, leg) -> places.put(name(leg), new Place(broker, side)));
        step(broker, () -> broker.initiate(offer));
    }

    /** A fault of ours ends the session it is in, also if it comes later; whoever brought the request here answers it. */
    private void step(Broker broker, Runnable step) {
        faults.within(step, broker::broke);
    }

    /** A fault of ours in one session is nothing to the next. */
    private void guarded(Broker broker, Runnable step) {
        try {
            step(broker, step);
        } catch (RuntimeException fault) {
            ports.events().bug("session", fault);
        }
    }

    private void each(Jid full, Jid contact, BiConsumer<Broker, Side> tell) {
        String client = full.toString();
        String other = contact.asBareJid().toString();
        for (Broker broker : List.copyOf(brokers)) {
            broker.legs().forEach((side, leg) -> {
                if (leg.theirs().equals(client) && account(broker.legs().get(side.other()).theirs()).equals(other)) {
                    guarded(broker, () -> tell.accept(broker, side));
                }
            });
        }
    }

    private boolean isFull(String account) {
        GatewayLimits limits = ports.limits();
        return limits.sessions() > 0 && brokers.size() >= limits.sessions()
                || limits.sessionsPerAccount() > 0
                        && perAccount.getOrDefault(account, 0) >= limits.sessionsPerAccount();
    }

    private static String kind(Jingle offer) {
        Element description = offer.contents().getFirst().description();
        return description != null && description.namespace().startsWith(Jingle.CALLS) ? "call" : "file";
    }

    private static Name name(Leg leg) {
        return new Name(leg.ours(), leg.theirs(), leg.address().sid());
    }

    private static String account(String full) {
        int slash = full.indexOf('/');
        return slash < 0 ? full : full.substring(0, slash);
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.UnknownAttributes;
import im.thingle.stun.auth.Authentication;
import im.thingle.stun.auth.Authenticator;
import im.thingle.stun.auth.Entropy;
import im.thingle.stun.auth.Fingerprint;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * The TURN server as a machine: RFC 8656, with Binding of RFC 8489, TCP relaying of RFC 6062 and mobility of RFC 8016.
 * Here is what comes in; each kind of request has a class of its own. Confined to its event loop.
 */
public final class TurnServer {
    /** {@link #nextDeadlineNanos()} when nothing is to be done. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** What a request of a user may have; ICE's and RFC 5780's attributes have no meaning here. */
    private static final Set<AttributeType> UNDERSTOOD = EnumSet.complementOf(EnumSet.of(AttributeType.UNKNOWN,
            AttributeType.CHANGE_REQUEST, AttributeType.RESPONSE_PORT, AttributeType.PADDING, AttributeType.PRIORITY,
            AttributeType.USE_CANDIDATE));

    private static final Set<Method> ASKED_BY_USERS = EnumSet.of(Method.ALLOCATE, Method.REFRESH,
            Method.CREATE_PERMISSION, Method.CHANNEL_BIND, Method.CONNECT, Method.CONNECTION_BIND);

    private final Authenticator authenticator;
    private final Replies replies;
    private final AllocationTable table;
    private final Mobility mobility;
    private final BindingRequest bindings;
    private final AllocateRequest allocates;
    private final RefreshRequest refreshes;
    private final CreatePermissionRequest permissions;
    private final ChannelBindRequest channels;
    private final ConnectRequest connects;
    private final ConnectionBindRequest connectionBinds;
    private final PeerTraffic traffic;

    public TurnServer(TurnSettings settings, Authenticator authenticator, PeerPolicy peers, AllocationQuotas quotas,
            Entropy entropy, TurnOutput out) {
        this.authenticator = authenticator;
        replies = new Replies(authenticator, settings.software(), out);
        table = new AllocationTable(quotas, out);
        mobility = new Mobility(table, entropy, replies);
        TurnParts parts = new TurnParts(settings, peers, quotas, entropy, out, replies, table, mobility);
        bindings = new BindingRequest(replies, out);
        allocates = new AllocateRequest(parts);
        refreshes = new RefreshRequest(parts);
        permissions = new CreatePermissionRequest(parts);
        channels = new ChannelBindRequest(parts);
        connects = new ConnectRequest(parts);
        connectionBinds = new ConnectionBindRequest(parts);
        traffic = new PeerTraffic(parts);
    }

    /** A whole STUN message that {@link StunMessage#wrap} accepted. */
    public void onMessage(FiveTuple from, StunMessage message, int wireLength, long nowNanos) {
        MessageType type = message.type();
        // Silence: to a wrong fingerprint, which is another protocol that looks like STUN, and to a method nobody knows
        // (RFC 8489 §6.3).
        if (type.method() == Method.UNKNOWN
                || message.has(AttributeType.FINGERPRINT) && !Fingerprint.verify(message)) {
            return;
        }
        if (type.messageClass() == MessageClass.REQUEST) {
            onRequest(from, type.method(), message, nowNanos);
        } else if (type.messageClass() == MessageClass.INDICATION && type.method() == Method.SEND) {
            traffic.onSend(from, message, nowNanos);
        }
    }

    /** The announced addresses of the sockets that were asked for; of two families one may be null. */
    public void onRelayOpened(long request, TransportAddress relayedV4OrNull, TransportAddress relayedV6OrNull,
            byte[] reservationTokenOrNull, long nowNanos) {
        allocates.onRelayOpened(request, relayedV4OrNull, relayedV6OrNull, reservationTokenOrNull, nowNanos);
    }

    /** No socket could be had: 508, 440 or 442. */
    public void onRelayFailed(long request, ErrorCode why, long nowNanos) {
        allocates.onRelayFailed(request, why);
    }

    /** A peer's datagram that no channel carries. */
    public void onPeerData(Allocation allocation, TransportAddress peer, ByteBuffer data, long nowNanos) {
        traffic.onPeerData(allocation, peer, data, nowNanos);
    }

    /** An ICMP error that a packet to this peer caused (RFC 8656 §11.5). */
    public void onPeerIcmp(
            Allocation allocation, TransportAddress peer, int type, int code, int errorData, long nowNanos) {
        traffic.onPeerIcmp(allocation, peer, type, code, errorData, nowNanos);
    }

    /** The stream of this client was closed. Who has a ticket may come back from elsewhere. */
    public void onDisconnected(FiveTuple from, long nowNanos) {
        allocates.onDisconnected(from);
        Allocation allocation = table.find(from);
        if (allocation == null) {
            return;
        }
        if (allocation.ticket() == null) {
            table.end(allocation, AllocationEnd.DISCONNECTED, nowNanos);
        } else {
            onPathLost(allocation, from);
        }
    }

    /** ChannelData came from where a client is {@linkplain TurnOutput#moving moving to}. */
    public void onActive(FiveTuple from) {
        Allocation allocation = table.find(from);
        if (allocation != null) {
            table.onActive(allocation, from);
        }
    }

    /** The relayed sockets of this allocation broke. */
    public void onRelayBroken(Allocation allocation, long nowNanos) {
        if (allocation.queueIndex() >= 0) {
            table.end(allocation, AllocationEnd.FAULT, nowNanos);
        }
    }

    /** The connection to a peer stands (RFC 6062 §5.2). */
    public void onPeerConnected(Allocation allocation, int connectionId, long nowNanos) {
        connects.onConnected(connectionId, nowNanos);
    }

    /** The connection to a peer could not be had. */
    public void onPeerConnectFailed(Allocation allocation, int connectionId, long nowNanos) {
        connects.onConnectFailed(connectionId);
    }

    /**
     * A peer connected to the relayed address (RFC 6062 §5.3).
     *
     * @return the connection's ID, which the client was told; 0: close it
     */
    public int onPeerAccepted(Allocation allocation, TransportAddress peer, long nowNanos) {
        return connectionBinds.onPeerAccepted(allocation, peer, nowNanos);
    }

    /** A peer's connection was closed. */
    public void onPeerConnectionClosed(Allocation allocation, int connectionId, long nowNanos) {
        connectionBinds.onClosed(connectionId);
    }

    /** Takes no new allocations from now on. */
    public void drain() {
        allocates.drain();
    }

    /** Ends an allocation before its time; if it has ended already, nothing happens. */
    public void end(Allocation allocation, AllocationEnd reason, long nowNanos) {
        if (allocation.queueIndex() >= 0) {
            table.end(allocation, reason, nowNanos);
        }
    }

    /** Ends all allocations. */
    public void close(AllocationEnd reason, long nowNanos) {
        allocates.close();
        table.endAll(reason, nowNanos);
    }

    /** When {@link #onDeadline} is due. */
    public long nextDeadlineNanos() {
        return table.nextDeadlineNanos();
    }

    /** Time passed. */
    public void onDeadline(long nowNanos) {
        for (Allocation due = table.due(nowNanos); due != null; due = table.due(nowNanos)) {
            if (due.isLive(nowNanos)) {
                table.endFamilyOver(due, nowNanos);
                channels.sweep(due, nowNanos);
                connects.sweep(due, nowNanos);
                due.sweepPermissions(nowNanos);
                table.reschedule(due);
            } else {
                table.end(due, AllocationEnd.EXPIRED, nowNanos);
            }
        }
    }

    /** The allocation of this client; null: none. */
    public Allocation find(FiveTuple tuple) {
        return table.find(tuple);
    }

    /**
     * Whether a Refresh request shows a ticket that was made here (RFC 8016): no other machine can do anything with it.
     */
    public boolean recognises(StunMessage request) {
        return mobility.recognises(request);
    }

    /** How many allocations there are. */
    public int allocations() {
        return table.count();
    }

    /** How many entries all tables have together, for tests of leaks. */
    int entries() {
        return table.entries() + allocates.waiting();
    }

    private void onRequest(FiveTuple from, Method method, StunMessage message, long nowNanos) {
        if (method == Method.BINDING) {
            bindings.handle(Asked.of(from, message, null), message);
            return;
        }
        // Indications' methods make no request: not a message of this standard (RFC 8489 §6.3).
        if (!ASKED_BY_USERS.contains(method)) {
            return;
        }
        boolean spoofable = from.transport() == ClientTransport.UDP;
        Authentication by = authenticator.check(message, from.client(), spoofable, nowNanos);
        Asked asked = Asked.of(from, message, by);
        if (!by.accepted()) {
            replies.refuseStranger(asked, nowNanos);
        } else if (UnknownAttributes.first(message, UNDERSTOOD) != StunMessage.NONE) {
            replies.refuseUnknown(asked, message, UNDERSTOOD);
        } else {
            handle(asked, message, nowNanos);
        }
    }

    /** One of the two places of a client that may move is gone. */
    private void onPathLost(Allocation allocation, FiveTuple from) {
        FiveTuple pending = allocation.ticket().pending();
        if (from.equals(pending)) {
            table.abandonMove(allocation);
        } else if (pending != null) {
            table.completeMove(allocation);
        } else {
            table.forget(from);
        }
    }

    private void handle(Asked asked, StunMessage message, long nowNanos) {
        switch (asked.method()) {
            case ALLOCATE -> allocates.handle(asked, message, nowNanos);
            case REFRESH -> refreshes.handle(asked, message, nowNanos);
            case CREATE_PERMISSION -> permissions.handle(asked, message, nowNanos);
            case CHANNEL_BIND -> channels.handle(asked, message, nowNanos);
            case CONNECT -> connects.handle(asked, message, nowNanos);
            case CONNECTION_BIND -> connectionBinds.handle(asked, message, nowNanos);
            default -> throw new IllegalStateException(asked.method() + " is asked by no user");
        }
    }
}

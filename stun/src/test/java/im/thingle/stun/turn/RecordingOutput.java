// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Writes down what the machine wants done. */
final class RecordingOutput implements TurnOutput {
    record Sent(FiveTuple to, byte[] bytes) {}

    record Opening(long request, FiveTuple client, RelayRequest wanted) {}

    final List<Sent> sent = new ArrayList<>();
    final List<Opening> openings = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final List<AllocationReport> reports = new ArrayList<>();
    final List<TurnRefusal> refusals = new ArrayList<>();
    final List<String> rules = new ArrayList<>();
    int relaysOpen;
    int permitted;
    /** Thrown at the next send, as by a bug outside. */
    RuntimeException bug;

    @Override
    public void send(FiveTuple to, ByteBuffer message) {
        if (bug != null) {
            RuntimeException thrown = bug;
            bug = null;
            throw thrown;
        }
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        sent.add(new Sent(to, bytes));
    }

    @Override
    public void openRelay(long request, FiveTuple client, RelayRequest wanted) {
        openings.add(new Opening(request, client, wanted));
    }

    @Override
    public void relayOpened(Allocation allocation, long request) {
        relaysOpen++;
        events.add("relayOpened");
    }

    @Override
    public void relayUnwanted(long request) {
        events.add("relayUnwanted");
    }

    @Override
    public void closeRelay(Allocation allocation) {
        relaysOpen--;
        events.add("closeRelay");
    }

    @Override
    public void closeRelay(Allocation allocation, Family family) {
        events.add("closeRelay " + family);
    }

    @Override
    public void permitted(Allocation allocation) {
        permitted++;
    }

    @Override
    public void sendToPeer(Allocation allocation, TransportAddress peer, ByteBuffer data, boolean dontFragment) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        events.add("toPeer " + peer.port() + " " + HexFormat.of().formatHex(bytes) + (dontFragment ? " df" : ""));
    }

    @Override
    public void channelBound(Allocation allocation, Channel channel) {
        events.add("bound " + Integer.toHexString(channel.number()));
    }

    @Override
    public void channelUnbound(Allocation allocation, Channel channel) {
        events.add("unbound " + Integer.toHexString(channel.number()));
    }

    @Override
    public void moving(Allocation allocation, FiveTuple to) {
        events.add("moving " + to.client().port());
    }

    @Override
    public void notMoving(Allocation allocation, FiveTuple to) {
        events.add("not moving " + to.client().port());
    }

    @Override
    public void moved(Allocation allocation, FiveTuple from, FiveTuple to) {
        events.add("moved " + from.client().port() + " " + to.client().port());
    }

    @Override
    public void connectPeer(Allocation allocation, int connectionId, TransportAddress peer) {
        events.add("connect " + connectionId);
    }

    @Override
    public void bindConnection(Allocation allocation, int connectionId, FiveTuple dataConnection) {
        events.add("bind " + connectionId + " " + dataConnection.client().port());
    }

    @Override
    public void closePeerConnection(Allocation allocation, int connectionId) {
        events.add("closePeer " + connectionId);
    }

    @Override
    public void answeredBinding() {
        events.add("binding");
    }

    @Override
    public void started(Allocation allocation) {
        events.add("started");
    }

    @Override
    public void ended(AllocationReport report) {
        reports.add(report);
        events.add("ended " + report.reason().word());
    }

    @Override
    public void refused(TurnRefusal why, FiveTuple from, String username, TransportAddress peer, String rule) {
        if (why != TurnRefusal.UNAUTHENTICATED) {
            refusals.add(why);
            rules.add(rule);
        }
    }
}

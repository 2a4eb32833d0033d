// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static im.thingle.stun.turn.TurnFixture.ALICE;
import static im.thingle.stun.turn.TurnFixture.PEER;
import static im.thingle.stun.turn.TurnFixture.number;
import static im.thingle.stun.turn.TurnFixture.peer;
import static im.thingle.stun.turn.TurnFixture.transport;
import static im.thingle.stun.turn.TurnFixture.udp;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ManyAllocationsTest {
    private static final int MILLION = 1_000_000;

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES) // half a minute is not enough on a machine with other work
    void leavesNothingAfterAMillionAllocations() {
        TurnFixture turn = new TurnFixture();
        StunMessage allocate = message(turn.signed(ALICE, "alice", Method.ALLOCATE, transport(NumberAttribute.UDP)));
        StunMessage delete = message(turn.signed(ALICE, "alice", Method.REFRESH, number(NumberAttribute.LIFETIME, 0)));
        for (int i = 0; i < MILLION; i++) {
            turn.server.onMessage(ALICE, allocate, allocate.length(), turn.now);
            turn.settle();
            turn.server.onMessage(ALICE, delete, delete.length(), turn.now);
            turn.out.sent.clear();
            turn.out.events.clear();
        }

        assertThat(turn.out.reports).hasSize(MILLION);
        assertThat(turn.out.relaysOpen).isZero();
        assertThat(turn.server.entries()).isZero();
        assertThat(turn.server.nextDeadlineNanos()).isEqualTo(TurnServer.NO_DEADLINE);
        assertThat(turn.quotas.remembered()).isZero();
    }

    @Test
    void expiresEachAllocationInItsOwnTime() {
        TurnFixture turn = new TurnFixture(TurnFixture.settings(0, 8, 4, 0, false));
        Random random = new Random(7);
        long[] ends = new long[500];
        for (int i = 0; i < ends.length; i++) {
            int seconds = 600 + random.nextInt(3000);
            FiveTuple client = udp("9.0.0.1", 1000 + i);
            turn.ask(client, Method.ALLOCATE,
                    transport(NumberAttribute.UDP).andThen(number(NumberAttribute.LIFETIME, seconds)));
            turn.ask(client, Method.CREATE_PERMISSION, peer(PEER));
            ends[i] = turn.now + seconds * TurnFixture.SECOND;
        }
        while (turn.server.allocations() > 0) {
            turn.now = turn.server.nextDeadlineNanos();
            turn.server.onDeadline(turn.now);
            for (int i = 0; i < ends.length; i++) {
                boolean there = turn.server.find(udp("9.0.0.1", 1000 + i)) != null;
                assertThat(there).isEqualTo(ends[i] - turn.now > 0);
            }
        }
    }

    @Test
    void leavesNoGarbageOnTheDataPath() {
        TurnFixture turn = new TurnFixture(TurnFixture.settings(10, 8, 4, MILLION, false));
        Allocation allocation = turn.allocated();
        turn.ask(ALICE, Method.CHANNEL_BIND, peer(PEER).andThen(number(NumberAttribute.CHANNEL_NUMBER, 0x4000)));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int live = 0;
        for (int i = 0; i < 1000; i++) {
            live += carry(allocation, turn.now);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100_000; i++) {
            live += carry(allocation, turn.now);
        }
        long garbage = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(live).isEqualTo(101_000);
        assertThat(garbage).isLessThan(10_000);
    }

    @Test
    void needsLittleMemoryForAnIdleAllocation() {
        TurnFixture turn = new TurnFixture(TurnFixture.settings(0, 8, 4, 0, false));
        int count = 20_000;
        long before = heap();
        for (int i = 0; i < count; i++) {
            FiveTuple client = udp("9.0." + (i >> 8) + "." + (i & 0xFF), 40000);
            turn.server.onMessage(client, message(turn.signed(client, "alice", Method.ALLOCATE,
                    transport(NumberAttribute.UDP))), 0, turn.now);
            turn.settle();
            turn.ask(client, Method.CHANNEL_BIND, peer(PEER).andThen(number(NumberAttribute.CHANNEL_NUMBER, 0x4000)));
            turn.out.sent.clear();
            turn.out.events.clear();
            turn.forgetNonces();
        }
        long each = (heap() - before) / count;

        assertThat(turn.server.allocations()).isEqualTo(count);
        assertThat(each).as("bytes of an allocation with one channel, addresses and tables included").isLessThan(1200);
    }

    private static int carry(Allocation allocation, long now) {
        boolean live = allocation.channel(0x4000).isLive(now)
                && allocation.channelTo(PEER.high(), PEER.low(), PEER.port(), Family.IPV4) != null
                && allocation.permits(Family.IPV4, PEER.high(), PEER.low(), now)
                && allocation.mayCarry(1, now);
        allocation.countToPeer(172);
        allocation.countToClient(172);
        return live ? 1 : 0;
    }

    private static StunMessage message(byte[] bytes) {
        StunMessage message = new StunMessage();
        assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);
        return message;
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

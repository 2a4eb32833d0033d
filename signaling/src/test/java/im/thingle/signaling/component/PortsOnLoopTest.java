// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.ChannelOutcome;
import im.thingle.signaling.port.ChannelRequest;
import im.thingle.signaling.port.Ports;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behind these ports the outcome comes on the caller's thread, which is the test's. */
@Timeout(30)
class PortsOnLoopTest {
    private final EventLoop loop = new DefaultEventLoop();
    private final Ports behind = TestPorts.withCalls();
    private final Ports ports = PortsOnLoop.of(new Ports(behind.relay(), behind.access(), behind.calls(), behind.callSettings(),
            Optional.of((request, whenDone) -> whenDone.accept(new ChannelOutcome.Opened("id", "host", 1, 2, 3, 4))),
            behind.operations()), loop);
    private final BlockingQueue<Boolean> onLoop = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() throws Exception {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    @Test
    void bringsTheOutcomesOfEveryPortToTheLoop() throws Exception {
        ports.relay().activate(new ActivationRequest("hash", "a@b/c", "a@b", "d@e/f"), note());
        ports.channels().orElseThrow().open(new ChannelRequest("a@b", "a@b/c"), note());
        ports.operations().sessions(note());
        ports.operations().sessionsOf("a@b", note());
        ports.operations().end("id", "a@b", note());
        ports.operations().endAllOf("a@b", "a@b", note());

        for (int i = 0; i < 6; i++) {
            assertThat(onLoop.poll(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void doesNotHopFromTheLoopItself() throws Exception {
        assertThat(loop.submit(() -> {
            ports.operations().sessions(note());
            return onLoop.size();
        }).get(10, TimeUnit.SECONDS)).isOne();
    }

    @Test
    void dropsAnOutcomeWhenTheLoopIsGone() throws Exception {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();

        ports.operations().sessions(note());

        assertThat(onLoop).isEmpty();
    }

    private <T> Consumer<T> note() {
        return outcome -> onLoop.add(loop.inEventLoop());
    }
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import im.thingle.signaling.port.RelayPort;
import im.thingle.signaling.port.Streamhost;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Brings the relay's outcomes home to the link's loop, so that everything above it has one thread. Safe from any thread. */
record RelayOnLoop(RelayPort relay, EventLoop loop) implements RelayPort {
    @Override
    public List<Streamhost> streamhosts() {
        return relay.streamhosts();
    }

    @Override
    public void activate(ActivationRequest request, Consumer<ActivationOutcome> whenDone) {
        relay.activate(request, outcome -> {
            if (loop.inEventLoop()) {
                whenDone.accept(outcome);
            } else {
                hop(() -> whenDone.accept(outcome));
            }
        });
    }

    private void hop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The process is going down and the link with it: there is nobody left to answer.
        }
    }
}

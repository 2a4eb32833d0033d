// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.ice4j.util.PeriodicRunnable;
import org.junit.jupiter.api.Test;

/** What paces the checks of an agent ends with it, even if it is told so where it does not notice. */
class PacedAgentTest {
    private static final int MANY = 5;

    /** As ice4j's own, and told to stop between its question whether to go on and its next plan. */
    private static final class Pace extends PeriodicRunnable {
        private final PacedAgent agent;
        private final Semaphore turns = new Semaphore(0);
        private final Semaphore questions = new Semaphore(0);

        Pace(PacedAgent agent, ScheduledThreadPoolExecutor timer, ExecutorService executor) {
            super(timer, executor);
            this.agent = agent;
        }

        @Override
        protected Duration getDelayUntilNextRun() {
            cancel();
            questions.release();
            return Duration.ofMillis(agent.calculateTa());
        }

        @Override
        protected void run() {
            turns.release();
        }
    }

    @Test
    void goesOnAfterItWasStoppedUntilTheAgentIsOver() throws Exception {
        IceLibrary.settle();
        PacedAgent agent = new PacedAgent(role -> {});
        try (var timer = new ScheduledThreadPoolExecutor(1);
                ExecutorService executor = Executors.newCachedThreadPool()) {
            Pace pace = new Pace(agent, timer, executor);
            pace.schedule();
            assertThat(pace.turns.tryAcquire(3, 10, TimeUnit.SECONDS)).as("turns although it was stopped").isTrue();

            agent.free();

            pace.questions.drainPermits();
            int late = 0; // those that are under way
            while (late < MANY && pace.questions.tryAcquire(1, TimeUnit.SECONDS)) {
                late++;
            }
            assertThat(late).as("turns of an agent that is over").isLessThan(MANY);
        }
    }

    @Test
    void looksRarelyForMoreWhenNothingHasComeForLong() {
        IceLibrary.settle();
        PacedAgent agent = new PacedAgent(role -> {});
        agent.createMediaStream("none");
        agent.startConnectivityEstablishment();
        assertThat(agent.calculateTa()).isEqualTo(20);

        for (int turn = 0; turn < 500; turn++) {
            agent.calculateTa();
        }

        assertThat(agent.calculateTa()).isEqualTo(250);
        agent.free();
    }
}

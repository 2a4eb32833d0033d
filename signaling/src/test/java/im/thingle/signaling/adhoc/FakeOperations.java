// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.UsageView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A service whose operator is the bard, and which does what it is told, at once or when the test says so. */
final class FakeOperations implements OperationsPort {
    static final String OPERATOR = "bard@shakespeare.lit";

    final List<SessionView> sessions = new ArrayList<>();
    final List<String> done = new ArrayList<>();
    String operator = OPERATOR;
    UsageView usage = new UsageView(0, 0, 0, 0, 0, 0, 0);
    Optional<CallCredential> credential = Optional.empty();
    List<CallService> services = List.of();
    /** Answers with null, which no dialogue expects. */
    boolean broken;
    private Deque<Runnable> late;

    /** From now on nothing is answered before {@link #answerOne}. */
    void beLate() {
        late = new ArrayDeque<>();
    }

    void answerOne() {
        late.removeFirst().run();
    }

    int unanswered() {
        return late == null ? 0 : late.size();
    }

    @Override
    public boolean isOperator(String account) {
        return account.equals(operator);
    }

    @Override
    public void sessions(Consumer<List<SessionView>> whenKnown) {
        List<SessionView> active = sessions.stream().filter(session -> session.ended().isEmpty()).toList();
        answer(() -> whenKnown.accept(broken ? null : active));
    }

    @Override
    public void sessionsOf(String account, Consumer<List<SessionView>> whenKnown) {
        List<SessionView> own = sessions.stream().filter(session -> session.account().equals(account)).toList();
        answer(() -> whenKnown.accept(broken ? null : own.reversed()));
    }

    @Override
    public void end(String id, String by, Consumer<Boolean> whenDone) {
        done.add("end " + id + " by " + by);
        answer(() -> whenDone.accept(sessions.removeIf(session -> session.id().equals(id))));
    }

    @Override
    public void endAllOf(String account, String by, Consumer<Integer> whenDone) {
        done.add("end all of " + account + " by " + by);
        answer(() -> {
            int before = sessions.size();
            sessions.removeIf(session -> session.account().equals(account));
            whenDone.accept(before - sessions.size());
        });
    }

    @Override
    public UsageView usage(String account) {
        done.add("usage of " + account);
        if (broken) {
            throw new IllegalStateException("broken");
        }
        return usage;
    }

    @Override
    public Optional<CallCredential> issue(String account) {
        done.add("issue for " + account);
        return credential;
    }

    @Override
    public List<CallService> services() {
        return services;
    }

    @Override
    public void drain(String by) {
        done.add("drain by " + by);
    }

    private void answer(Runnable answer) {
        if (late == null) {
            answer.run();
        } else {
            late.add(answer);
        }
    }
}

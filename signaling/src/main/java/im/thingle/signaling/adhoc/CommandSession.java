// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import java.util.ArrayDeque;
import java.util.Deque;

/** One run of a command by one requester (XEP-0050 §3.3): the stages shown so far. Confined to its event loop. */
final class CommandSession {
    private final CommandSessions.Key key;
    private final String account;
    private final Command command;
    private final Deque<Stage> stages = new ArrayDeque<>();
    private long lastUseNanos;
    private boolean working;

    CommandSession(CommandSessions.Key key, String account, Command command, long nowNanos) {
        this.key = key;
        this.account = account;
        this.command = command;
        work(nowNanos);
    }

    CommandSessions.Key key() {
        return key;
    }

    /** The bare JID of whoever opened it. */
    String account() {
        return account;
    }

    Command command() {
        return command;
    }

    /** The command has a request to answer. */
    void work(long nowNanos) {
        working = true;
        lastUseNanos = nowNanos;
    }

    /** The request is answered; the session waits for the next. */
    void rest() {
        working = false;
    }

    boolean isWorking() {
        return working;
    }

    long idleNanos(long nowNanos) {
        return nowNanos - lastUseNanos;
    }

    /** Comes to the next stage. */
    void show(Stage stage) {
        stages.push(stage);
    }

    /** Goes back to the stage before; false at the first one. */
    boolean back() {
        if (isFirst()) {
            return false;
        }
        stages.pop();
        return true;
    }

    Stage stage() {
        return stages.getFirst();
    }

    boolean isFirst() {
        return stages.size() == 1;
    }
}

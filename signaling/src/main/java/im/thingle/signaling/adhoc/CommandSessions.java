// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The command sessions there are, few and not for long, and the names of some that have ended (XEP-0050 §3.3). Confined
 * to its event loop.
 */
final class CommandSessions {
    /** Sessions of one account: beyond them the one unused for longest gives way, because clients forget to cancel. */
    static final int PER_ACCOUNT = 4;
    static final int TOTAL = 200;
    /** Of all, so many are kept for operators: they must get in when everybody else is at it. */
    static final int FOR_OPERATORS = 20;
    static final long IDLE_NANOS = Duration.ofMinutes(10).toNanos();
    static final int REMEMBERED = 1000;

    /** A session counts only for the JID that opened it. Immutable. */
    record Key(String owner, String id) {}

    private final Supplier<String> ids;
    private final Map<Key, CommandSession> live = new LinkedHashMap<>();
    private final Set<Key> ended = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    CommandSessions(Supplier<String> ids) {
        this.ids = ids;
    }

    /** Opens a session; empty if there are too many already. */
    Optional<CommandSession> open(Asker asker, Command command, long nowNanos) {
        expire(nowNanos);
        int most = asker.operator() ? TOTAL : TOTAL - FOR_OPERATORS;
        if (live.size() >= most || count(asker.account()) >= PER_ACCOUNT && !endUnused(asker.account(), nowNanos)) {
            return Optional.empty();
        }
        Key key = new Key(asker.full(), ids.get());
        CommandSession session = new CommandSession(key, asker.account(), command, nowNanos);
        if (live.putIfAbsent(key, session) != null || ended.contains(key)) {
            throw new IllegalStateException("the supplier of session ids repeats itself");
        }
        return Optional.of(session);
    }

    Optional<CommandSession> find(Key key, long nowNanos) {
        expire(nowNanos);
        return Optional.ofNullable(live.get(key));
    }

    boolean isLive(CommandSession session) {
        return live.get(session.key()) == session;
    }

    /** Whether there was such a session; old ones are forgotten. */
    boolean hasEnded(Key key) {
        return ended.contains(key);
    }

    void end(CommandSession session) {
        if (live.remove(session.key(), session)) {
            ended.add(session.key());
        }
    }

    void expire(long nowNanos) {
        live.values().removeIf(session -> {
            boolean old = session.idleNanos(nowNanos) >= IDLE_NANOS;
            if (old) {
                ended.add(session.key());
            }
            return old;
        });
    }

    int size() {
        return live.size();
    }

    long count(String account) {
        return live.values().stream().filter(session -> session.account().equals(account)).count();
    }

    private boolean endUnused(String account, long nowNanos) {
        CommandSession unused = null;
        for (CommandSession session : live.values()) {
            if (session.account().equals(account) && !session.isWorking()
                    && (unused == null || session.idleNanos(nowNanos) > unused.idleNanos(nowNanos))) {
                unused = session;
            }
        }
        if (unused != null) {
            end(unused);
        }
        return unused != null;
    }
}

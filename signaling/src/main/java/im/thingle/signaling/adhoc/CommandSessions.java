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
 * The command sessions there are, few and not for long, and the names of some that have ended (XEP-0050 §3.3). Confined to
 * its event loop.
 */
final class CommandSessions {
    /** Sessions of one full JID: beyond them the one unused for longest gives way, because clients forget to cancel. */
    static final int PER_JID = 4;
    static final int TOTAL = 200;
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
    Optional<CommandSession> open(String owner, Command command, long nowNanos) {
        expire(nowNanos);
        if (live.size() >= TOTAL || count(owner) >= PER_JID && !endUnused(owner, nowNanos)) {
            return Optional.empty();
        }
        Key key = new Key(owner, ids.get());
        CommandSession session = new CommandSession(key, command, nowNanos);
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

    long count(String owner) {
        return live.keySet().stream().filter(key -> key.owner().equals(owner)).count();
    }

    private boolean endUnused(String owner, long nowNanos) {
        CommandSession unused = null;
        for (CommandSession session : live.values()) {
            if (session.key().owner().equals(owner) && !session.isWorking()
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

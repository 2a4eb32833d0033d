// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.sessions.LatelyEnded;
import im.thingle.ops.wiring.ActiveSessions.Active;
import im.thingle.relay.account.Accounts;
import im.thingle.signaling.port.CallCredential;
import im.thingle.signaling.port.CallService;
import im.thingle.signaling.port.CallServicesPort;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.UsageView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins what operators and users ask for by ad-hoc command to what runs. Safe from any thread. */
public final class OperationsAdapter implements OperationsPort {
    private static final Logger LOG = LoggerFactory.getLogger("thingle.operations");

    private final Set<String> operators;
    private final ActiveSessions active;
    private final LatelyEnded ended;
    private final Accounts accounts;
    private final Optional<? extends CallServicesPort> calls;
    private final Runnable drain;
    private final Answers answers;

    /**
     * @param operators prepared bare JIDs
     * @param calls what clients are told of calls, if anything
     * @param drain begins to drain; may be run again
     * @param answers are given even after a fault
     */
    public OperationsAdapter(
            List<String> operators,
            ActiveSessions active,
            LatelyEnded ended,
            Accounts accounts,
            Optional<? extends CallServicesPort> calls,
            Runnable drain,
            Answers answers) {
        this.operators = Set.copyOf(operators);
        this.active = active;
        this.ended = ended;
        this.accounts = accounts;
        this.calls = calls;
        this.drain = drain;
        this.answers = answers;
    }

    @Override
    public boolean isOperator(String account) {
        return operators.contains(account);
    }

    @Override
    public void sessions(Consumer<List<SessionView>> whenKnown) {
        answers.give(active.all().thenApply(all -> all.stream()
                .map(Active::view)
                .sorted(Comparator.comparing(SessionView::started))
                .toList()), List.of(), whenKnown);
    }

    @Override
    public void sessionsOf(String account, Consumer<List<SessionView>> whenKnown) {
        answers.give(active.of(account).thenApply(its -> {
            var views = new ArrayList<SessionView>();
            its.forEach(each -> each.viewOf(account).ifPresent(views::add));
            views.sort(Comparator.comparing(SessionView::started).reversed());
            views.addAll(ended.of(account));
            return views;
        }), List.of(), whenKnown);
    }

    /** An id that is not one session's alone ends nothing: its user may have made it so. */
    @Override
    public void end(String id, String by, Consumer<Boolean> whenDone) {
        answers.give(active.all().thenCompose(all -> {
            var meant = all.stream().filter(each -> each.view().id().equals(id)).toList();
            return meant.size() == 1 ? end(meant.getFirst(), by) : CompletableFuture.completedFuture(false);
        }), false, whenDone);
    }

    @Override
    public void endAllOf(String account, String by, Consumer<Integer> whenDone) {
        answers.give(active.of(account).thenCompose(its -> {
            var ends = its.stream()
                    .filter(each -> each.viewOf(account).isPresent())
                    .map(each -> answers.sound(end(each, by), false))
                    .toList();
            return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                    .thenApply(done -> (int) ends.stream().filter(CompletableFuture::join).count());
        }), 0, whenDone);
    }

    @Override
    public UsageView usage(String account) {
        var usage = accounts.usage(account);
        return new UsageView(usage.files(), usage.calls(), usage.channels(), usage.bytes(), usage.fileBytes(),
                usage.callBytes() + usage.channelBytes(), accounts.bytesPerDay());
    }

    @Override
    public Optional<CallCredential> issue(String account) {
        return calls.filter(each -> each.services().stream().anyMatch(service -> service.kind().restricted()))
                .map(each -> each.credential(account));
    }

    @Override
    public List<CallService> services() {
        return calls.map(each -> each.services()).orElse(List.of());
    }

    @Override
    public void drain(String by) {
        LOG.atInfo().setMessage("drain asked for").addKeyValue("by", by).log();
        drain.run();
    }

    private static CompletableFuture<Boolean> end(Active session, String by) {
        var ended = new CompletableFuture<Boolean>();
        try {
            session.end().accept(ended::complete);
        } catch (RuntimeException | Error bug) { // it must not keep others from their end
            ended.completeExceptionally(bug);
        }
        return ended.thenApply(was -> {
            if (was) {
                LOG.atInfo().setMessage("session ended on demand")
                        .addKeyValue("id", session.view().id())
                        .addKeyValue("account", session.view().account())
                        .addKeyValue("by", by)
                        .log();
            }
            return was;
        });
    }
}

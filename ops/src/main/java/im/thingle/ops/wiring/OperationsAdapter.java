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

    /**
     * @param operators prepared bare JIDs
     * @param calls what clients are told of calls, if anything
     * @param drain begins to drain; may be run again
     */
    public OperationsAdapter(
            List<String> operators,
            ActiveSessions active,
            LatelyEnded ended,
            Accounts accounts,
            Optional<? extends CallServicesPort> calls,
            Runnable drain) {
        this.operators = Set.copyOf(operators);
        this.active = active;
        this.ended = ended;
        this.accounts = accounts;
        this.calls = calls;
        this.drain = drain;
    }

    @Override
    public boolean isOperator(String account) {
        return operators.contains(account);
    }

    @Override
    public void sessions(Consumer<List<SessionView>> whenKnown) {
        active.list(all -> whenKnown.accept(all.stream()
                .map(Active::view)
                .sorted(Comparator.comparing(SessionView::started))
                .toList()));
    }

    @Override
    public void sessionsOf(String account, Consumer<List<SessionView>> whenKnown) {
        active.list(all -> {
            var views = new ArrayList<SessionView>();
            all.forEach(each -> each.viewOf(account).ifPresent(views::add));
            views.sort(Comparator.comparing(SessionView::started).reversed());
            views.addAll(ended.of(account));
            whenKnown.accept(views);
        });
    }

    @Override
    public void end(String id, String by, Consumer<Boolean> whenDone) {
        active.list(all -> all.stream()
                .filter(each -> each.view().id().equals(id))
                .findFirst()
                .ifPresentOrElse(each -> end(each, by, whenDone), () -> whenDone.accept(false)));
    }

    @Override
    public void endAllOf(String account, String by, Consumer<Integer> whenDone) {
        active.list(all -> {
            var ends = all.stream()
                    .filter(each -> each.viewOf(account).isPresent())
                    .map(each -> {
                        var done = new CompletableFuture<Boolean>();
                        end(each, by, done::complete);
                        return done;
                    })
                    .toList();
            CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                    .thenRun(() -> whenDone.accept((int) ends.stream().filter(CompletableFuture::join).count()));
        });
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

    private static void end(Active session, String by, Consumer<Boolean> whenDone) {
        session.end().accept(was -> {
            if (was) {
                LOG.atInfo().setMessage("session ended on demand")
                        .addKeyValue("id", session.view().id())
                        .addKeyValue("account", session.view().account())
                        .addKeyValue("by", by)
                        .log();
            }
            whenDone.accept(was);
        });
    }
}

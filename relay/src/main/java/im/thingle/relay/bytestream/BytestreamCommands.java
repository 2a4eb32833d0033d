// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.StreamReport;
import im.thingle.relay.net.EveryLoop;
import im.thingle.relay.socks5.StreamKey;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** The only way into the bytestreams from outside their event loops. Safe from any thread. */
public final class BytestreamCommands {
    private final List<Shard> shards;
    private final Function<StreamKey, Shard> owners;
    private final LegDirectory directory;

    BytestreamCommands(List<Shard> shards, Function<StreamKey, Shard> owners, LegDirectory directory) {
        this.shards = shards;
        this.owners = owners;
        this.directory = directory;
    }

    /** Opens a bytestream whose two sockets are parked (XEP-0065 §6.4). */
    public void activate(StreamKey key, Parties parties, ActivationAnswer answer) {
        Shard owner = owners.apply(key);
        run(owner, () -> owner.activate(key, parties, answer), answer::failed);
    }

    /** Tells of all active bytestreams, in no order, on some event loop. */
    public void list(Consumer<List<StreamReport>> whenKnown) {
        list(parties -> true, whenKnown);
    }

    /** Tells of those active bytestreams whose parties are wanted; asked on each event loop. */
    public void list(Predicate<Parties> whose, Consumer<List<StreamReport>> whenKnown) {
        every(shards).ask(shard -> shard.active().reports(whose), whenKnown);
    }

    /** Ends an active bytestream and tells whether there was one, on some event loop. */
    public void end(StreamKey key, Consumer<Boolean> whenDone) {
        Shard owner = owners.apply(key);
        every(List.of(owner)).ask(
                shard -> List.of(shard.active().end(key)), ended -> whenDone.accept(ended.contains(true)));
    }

    /**
     * Expects one leg of a brokered bytestream: one socket may come and park.
     *
     * @param keys any of which it may come with; the first names the leg
     */
    public void expect(List<StreamKey> keys) {
        directory.expect(new BrokeredLeg(keys, owners.apply(keys.getFirst())));
    }

    /** Forgets a leg, and closes the socket that is parked for it. What {@link #join} or {@link #bridge} took stays. */
    public void release(List<StreamKey> keys) {
        BrokeredLeg leg = directory.release(keys);
        if (leg != null) {
            run(leg.shard(), () -> leg.shard().brokered().release(leg), () -> {});
        }
    }

    /** Makes a bytestream of two legs whose sockets are parked; it goes by the key of the first. */
    public void join(List<StreamKey> first, List<StreamKey> second, Parties parties, JoinAnswer answer) {
        BrokeredLeg one = directory.find(first);
        BrokeredLeg two = directory.find(second);
        if (one == null || two == null) {
            answer.refused(Refusal.UNKNOWN_HASH);
            return;
        }
        Joining joining = new Joining(directory, one, two, parties, answer);
        if (directory.enter(joining)) {
            joining.begin();
        } else {
            answer.refused(Refusal.ALREADY_ACTIVE);
        }
    }

    /** Ends what {@link #join} made of this leg, or is about to make. */
    public void cut(List<StreamKey> leg) {
        Joining joining = directory.joining(leg.getFirst());
        if (joining != null) {
            joining.cut();
        }
    }

    /** Takes the socket that is parked for a leg, to be read and written from here. */
    public void bridge(List<StreamKey> keys, Parties parties, BridgeListener listener, BridgeAnswer answer) {
        BrokeredLeg leg = directory.find(keys);
        if (leg == null) {
            answer.refused(Refusal.UNKNOWN_HASH);
        } else {
            run(leg.shard(), () -> leg.shard().brokered().bridge(leg, parties, listener, answer), answer::failed);
        }
    }

    private static EveryLoop<Shard> every(List<Shard> shards) {
        return new EveryLoop<>(shards, Shard::loop, (shard, bug) -> shard.context().events().bug("command", bug));
    }

    LegDirectory directory() {
        return directory;
    }

    /** Runs a command on the loop of a shard, at once if this is it. */
    static void run(Shard owner, Runnable command, Runnable otherwise) {
        if (owner.loop().inEventLoop()) {
            command.run();
            return;
        }
        try {
            owner.loop().execute(command);
        } catch (RejectedExecutionException stopped) {
            otherwise.run();
        }
    }
}

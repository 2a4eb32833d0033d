// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.account.StreamReport;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * The joining of two brokered legs, and what came of it. Everything about it goes first to the second leg's event loop
 * and then to the first's, and so happens in the order in which it was asked for. Safe from any thread, except where a
 * method says which loop it is on.
 */
final class Joining {
    private final LegDirectory directory;
    private final BrokeredLeg first;
    private final BrokeredLeg second;
    private final Parties parties;
    private final JoinAnswer answer;
    private final boolean acrossLoops;
    /** Of the first leg's loop. */
    private ActiveStream stream;

    Joining(LegDirectory directory, BrokeredLeg first, BrokeredLeg second, Parties parties, JoinAnswer answer) {
        this.directory = directory;
        this.first = first;
        this.second = second;
        this.parties = parties;
        this.answer = answer;
        acrossLoops = first.shard() != second.shard();
    }

    BrokeredLeg first() {
        return first;
    }

    BrokeredLeg second() {
        return second;
    }

    /** Brings the second leg's socket to the first's and opens the stream. */
    void begin() {
        BytestreamCommands.run(second.shard(), this::takeSecond, this::fail);
    }

    /** Ends the stream if it is there by the time this gets there. */
    void cut() {
        Runnable cut = () -> {
            if (stream != null) {
                stream.carrier().finish(CloseReason.ENDED);
            }
        };
        Runnable nothing = () -> {};
        BytestreamCommands.run(
                second.shard(), () -> BytestreamCommands.run(first.shard(), cut, nothing), nothing);
    }

    /** On the second leg's loop. */
    private void takeSecond() {
        ParkedLeg taken = second.shard().brokered().take(second);
        if (taken == null) {
            Refusal refusal = first.isOccupied() ? Refusal.ONE_LEG : Refusal.UNKNOWN_HASH;
            second.shard().active().refused(refusal, first.key(), parties);
            refuse(refusal);
        } else if (acrossLoops) {
            try {
                taken.socket().move(first.shard().loop(), () -> open(taken));
            } catch (RejectedExecutionException stopped) {
                giveBack(taken, null);
            }
        } else {
            open(taken);
        }
    }

    /** On the first leg's loop. */
    private void open(ParkedLeg taken) {
        Shard here = first.shard();
        List<ParkedLeg> legs = first.parked() == null ? List.of(taken) : List.of(first.parked(), taken);
        Refusal refusal = here.active().admit(first.key(), parties, legs, 2);
        if (refusal != null) {
            BytestreamCommands.run(second.shard(), () -> giveBack(taken, refusal), () -> drop(taken));
            return;
        }
        here.brokered().take(first);
        if (acrossLoops) {
            taken.socket().attach(here.loop(), taken);
        }
        legs.forEach(here.parking()::leave);
        stream = here.active()
                .open(first.key(), parties, legs.getFirst().socket(), taken.socket(), this::ended);
        answer.activated();
        stream.carrier().start();
    }

    private void ended(StreamReport report) {
        directory.leave(this);
        answer.ended(report);
    }

    /** On the second leg's loop; {@code why} is null if the other loop has stopped. */
    private void giveBack(ParkedLeg taken, Refusal why) {
        if (acrossLoops) {
            taken.socket().attach(second.shard().loop(), taken);
        }
        second.shard().brokered().giveBack(second, taken);
        if (why == null) {
            fail();
        } else {
            refuse(why);
        }
    }

    /** The second leg's loop has stopped. */
    private void drop(ParkedLeg taken) {
        first.shard().parking().end(taken, CloseReason.DRAINED);
        fail();
    }

    private void refuse(Refusal why) {
        directory.leave(this);
        answer.refused(why);
    }

    private void fail() {
        directory.leave(this);
        answer.failed();
    }
}

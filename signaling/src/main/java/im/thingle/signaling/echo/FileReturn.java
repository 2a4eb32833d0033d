// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.Patience;
import im.thingle.signaling.jingle.Reason;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** Sends a file back, or the part of it that the client wants (XEP-0234 §6.4). Confined to its event loop. */
final class FileReturn implements EchoSession.Work {
    /** Told of the end, once. */
    interface Owner {
        /** @param why null: the client has it */
        void returned(EchoSession session, FileIntake.Taken file, String why, long nanos, String route);
    }

    /** For the last bytes to arrive and the client to say so; some never do. */
    private static final Duration MOST_WAITING = Duration.ofMinutes(1);

    private final FileIntake.Taken file;
    private final EchoSession session;
    private final Owner owner;
    private final LongSupplier nanoTime;
    private final Deque<byte[]> unsent = new ArrayDeque<>();
    private final Patience waiting = new Patience(MOST_WAITING);
    private FileOffer.Range wanted = FileOffer.Range.ALL;
    private ByteStream stream;
    private String route = "";
    private long startNanos;
    private long endNanos;
    private long bytes;
    private boolean writing;
    private boolean room;
    private boolean finished;
    private boolean broken;
    private boolean told;

    FileReturn(FileIntake.Taken file, EchoSession session, Owner owner, LongSupplier nanoTime) {
        this.file = file;
        this.session = session;
        this.owner = owner;
        this.nanoTime = nanoTime;
    }

    @Override
    public void accepted(Content content) {
        Element description = content.description();
        boolean same = description != null && description.namespace().equals(file.offer().namespace());
        FileOffer.Range range = same
                ? FileOffer.of(description).map(FileOffer::range).orElse(FileOffer.Range.ALL) : FileOffer.Range.ALL;
        if (range.fits(file.bytes())) {
            wanted = range;
        }
    }

    @Override
    public void begin(ByteStream stream, String route) {
        this.stream = stream;
        this.route = route;
        startNanos = nanoTime.getAsLong();
        unsent.addAll(file.kept().part(wanted.offset(), wanted.of(file.bytes())));
        stream.read();
        written();
    }

    /** Nothing that comes is of interest, though it is booked, nor does it keep the session. */
    @Override
    public void data(byte[] chunk) {
        stream.read();
    }

    @Override
    public void written() {
        room = true;
        if (writing) {
            return; // told from inside the loop below
        }
        writing = true;
        while (room && !finished && session.mayWrite()) {
            room = false;
            writeNext();
        }
        writing = false;
    }

    /** Some clients close their way to us at once, most of them after the last byte: neither says that they have it. */
    @Override
    public void ended() {}

    @Override
    public void broken(String why) {
        if (finished) {
            broken = true;
        } else {
            session.end(Reason.CONNECTIVITY_ERROR, why);
        }
    }

    @Override
    public boolean info(Element payload) {
        boolean received = payload.is("received", file.offer().namespace());
        if (received && finished) {
            done();
        }
        return received;
    }

    @Override
    public boolean terminated(String reason) {
        if (reason.equals(Reason.SUCCESS.word()) && finished) {
            tell(null);
        } else {
            tell("your client ended it (" + reason + ")");
        }
        return false;
    }

    @Override
    public void failed(Reason reason, String why) {
        tell(why);
    }

    @Override
    public void onTick(long nowNanos) {
        if (room && !finished) {
            written(); // what had to wait for the rate
        }
        if (waiting.ends(nowNanos)) {
            if (broken) {
                session.end(Reason.CONNECTIVITY_ERROR, "the stream broke at its end");
            } else {
                done();
            }
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void over() {
        file.kept().drop();
    }

    private void writeNext() {
        byte[] next = unsent.poll();
        if (next != null) {
            bytes += next.length;
            session.writes(next.length);
            stream.write(next);
        } else {
            finished = true;
            session.moved();
            endNanos = nanoTime.getAsLong();
            waiting.start();
            stream.finish();
        }
    }

    private void done() {
        waiting.stop();
        session.complete(true);
        tell(null);
    }

    private void tell(String why) {
        if (!told) {
            told = true;
            owner.returned(session, file, why, endNanos - startNanos, route);
        }
    }
}

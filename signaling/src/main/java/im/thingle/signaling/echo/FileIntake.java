// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.Patience;
import im.thingle.signaling.jingle.Reason;
import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Takes a file (XEP-0234 §6): counts and hashes its bytes, keeps them if there is room. Confined to its event loop. */
final class FileIntake implements EchoSession.Work {
    /** What the file's sender has to do with it. Confined to its event loop. */
    interface Owner {
        /** Counts the bytes; false if they are more than the account may send. */
        boolean spend(EchoSession session, int bytes);

        /** The file is there. The bytes kept are the owner's from now on. */
        void taken(EchoSession session, Taken file);

        void failed(EchoSession session, FileOffer offer, String why, long bytes);
    }

    /** A file that came. Immutable, but for the bytes, which are dropped in the end. */
    record Taken(FileOffer offer, long bytes, long nanos, String route, FileHashes hashes, boolean compared,
            KeptBytes.File kept) {}

    private static final Element TOO_LARGE =
            Element.of("file-too-large", "urn:xmpp:jingle:apps:file-transfer:errors:0").build();
    /** For a hash that is to follow. */
    private static final Duration MOST_WAITING = Duration.ofSeconds(3);
    /** For bytes that are under way when the sender has ended the session. */
    private static final Duration MOST_DRAINING = Duration.ofMinutes(1);

    private final FileOffer offer;
    private final EchoSession session;
    private final Owner owner;
    private final LongSupplier nanoTime;
    private final KeptBytes.File kept;
    private final FileHashes.Counter counter = new FileHashes.Counter();
    private final Map<String, String> told;
    private final Patience waiting = new Patience(MOST_WAITING);
    private final Patience draining = new Patience(MOST_DRAINING);
    private ByteStream stream;
    private String route;
    private FileHashes hashes;
    private long startNanos;
    private long endNanos;
    private long bytes;
    private boolean drained;
    private boolean streamEnded;
    private boolean settled;

    FileIntake(FileOffer offer, EchoSession session, Owner owner, LongSupplier nanoTime, KeptBytes.File kept) {
        this.offer = offer;
        this.session = session;
        this.owner = owner;
        this.nanoTime = nanoTime;
        this.kept = kept;
        told = new HashMap<>(offer.hashes());
    }

    static Element tooLarge() {
        return TOO_LARGE;
    }

    /** The client made the offer: it accepts nothing. */
    @Override
    public void accepted(Content content) {}

    @Override
    public void begin(ByteStream stream, String route) {
        this.stream = stream;
        this.route = route;
        startNanos = nanoTime.getAsLong();
        if (offer.expected() == 0) {
            allCame();
        }
        stream.read();
    }

    @Override
    public void data(byte[] chunk) {
        if (hashes != null) {
            session.end(Reason.MEDIA_ERROR, "more bytes came than were announced", TOO_LARGE);
            return;
        }
        session.moved();
        bytes += chunk.length;
        if (!owner.spend(session, chunk.length)) {
            session.end(Reason.MEDIA_ERROR, "you have sent as many bytes as you may in an hour", TOO_LARGE);
        } else if (offer.expected() >= 0 && bytes > offer.expected()) {
            session.end(Reason.MEDIA_ERROR, "more bytes came than were announced", TOO_LARGE);
        } else {
            counter.add(chunk);
            kept.add(chunk);
            if (bytes == offer.expected()) {
                allCame();
            }
            stream.read();
        }
    }

    /** Nothing is ever written. */
    @Override
    public void written() {}

    @Override
    public void ended() {
        streamEnded = true;
        if (settled) {
            session.release();
        } else if (hashes == null && offer.expected() < 0) {
            allCame();
        } else if (hashes == null) {
            session.end(Reason.CONNECTIVITY_ERROR, "the stream ended too early");
        }
    }

    @Override
    public void broken(String why) {
        streamEnded = true;
        if (settled) {
            session.release();
        } else if (hashes == null) {
            session.end(Reason.CONNECTIVITY_ERROR, why);
        }
    }

    /** Payloads of the description's own namespace; a checksum is of use until it has been compared. */
    @Override
    public boolean info(Element payload) {
        Element file = payload.child("file", offer.namespace());
        boolean checksum = payload.is("checksum", offer.namespace()) && file != null;
        if (checksum && offer.isWhole()) {
            told.putAll(FileOffer.hashes(file));
            if (hashes != null) {
                settle();
            }
        }
        return checksum;
    }

    @Override
    public boolean terminated(String reason) {
        boolean wanted = reason.equals(Reason.SUCCESS.word());
        if (wanted && hashes != null) {
            settle();
        } else if (wanted) {
            drained = true;
            draining.start();
        } else {
            failed("your client ended it (" + reason + ")");
        }
        return wanted;
    }

    @Override
    public void failed(Reason reason, String why) {
        failed(why);
    }

    @Override
    public void onTick(long nowNanos) {
        if (waiting.ends(nowNanos)) {
            settle();
        }
        if (draining.ends(nowNanos) && hashes == null) {
            session.end(Reason.TIMEOUT, "your client ended the session before the file was here");
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void over() {
        if (!settled && drained) {
            failed("your client ended the session before the file was here");
        }
    }

    private void allCame() {
        endNanos = nanoTime.getAsLong();
        hashes = counter.result();
        if (offer.hashFollows() && told.isEmpty() && !drained) {
            waiting.start();
        } else {
            settle();
        }
    }

    private void settle() {
        if (settled) {
            return;
        }
        waiting.stop();
        draining.stop();
        boolean comparable = offer.isWhole() && hashes.knowsOneOf(told);
        if (comparable && !hashes.agreeWith(told)) {
            session.end(Reason.FAILED_APPLICATION, "its hash is not the one that your client told");
            return;
        }
        settled = true;
        if (offer.namespace().equals(FileOffer.VERSION_5)) {
            session.inform(Element.of("received", offer.namespace())
                    .attribute("creator", session.content().key().creator())
                    .attribute("name", session.content().key().name())
                    .build());
        }
        session.complete(streamEnded);
        owner.taken(session, new Taken(offer, bytes, endNanos - startNanos, route, hashes, comparable, kept));
    }

    private void failed(String why) {
        if (!settled) {
            settled = true;
            kept.drop();
            owner.failed(session, offer, why, bytes);
        }
    }
}

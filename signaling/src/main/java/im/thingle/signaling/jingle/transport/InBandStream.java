// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle.transport;

import im.thingle.signaling.port.ByteStream;
import im.thingle.signaling.port.ByteStreamListener;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Element;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The bytes of an in-band bytestream (XEP-0047 §2). Nothing is acknowledged before somebody has read it, which holds
 * the client back as long as the other party cannot take more; and only a few blocks are under way to the client at a
 * time, so that the server's queues stay short. There is hardly a half-close: when the client closes, it still gets
 * what is on its way to it (§2.3), and nothing more. Confined to its event loop.
 */
public final class InBandStream implements ByteStream {
    /** Blocks that await the client's acknowledgement. */
    static final int WINDOW = 8;

    /**
     * The most that we put into a block, whatever has been agreed. COMPAT(Prosody, up to 0.12): what it writes goes out
     * 8 KiB at a time, and without TCP_NODELAY the rest of a longer stanza waits for the client's delayed
     * acknowledgement, 40 ms.
     */
    static final int MOST_SENT_BYTES = 4096;

    /** Blocks of the client's that wait to be read; one that waits for acknowledgements never has so many. */
    static final int MOST_UNREAD = 16;

    private record Block(byte[] bytes, Reply reply) {}

    private final String sid;
    private final BiConsumer<Element, Consumer<Iq>> ask;
    private final Deque<Block> unread = new ArrayDeque<>();
    private ByteStreamListener listener;
    private int blockBytes;
    private int nextIn;
    private int nextOut;
    private byte[] unsent = new byte[0];
    private int sentOfUnsent;
    private int inFlight;
    private boolean writing;
    private boolean reading;
    private boolean finishing;
    private boolean theyClosed;
    private Reply closing;
    private boolean weClosed;
    private boolean endTold;
    private String brokenWhy;
    private boolean over;

    InBandStream(String sid, BiConsumer<Element, Consumer<Iq>> ask) {
        this.sid = sid;
        this.ask = ask;
    }

    /** Whoever wants to be told; before {@link #read} and {@link #write}. */
    public void listener(ByteStreamListener listener) {
        this.listener = listener;
    }

    void open(int blockBytes) {
        this.blockBytes = blockBytes;
    }

    @Override
    public void read() {
        reading = true;
        if (brokenWhy != null && listener != null) {
            String why = brokenWhy;
            brokenWhy = null;
            listener.broken(why);
        } else {
            deliver();
        }
    }

    @Override
    public void write(byte[] bytes) {
        if (over || weClosed || theyClosed && closing == null) {
            fail("the client closed before it had everything");
            return;
        }
        unsent = bytes;
        sentOfUnsent = 0;
        writing = true;
        send();
    }

    @Override
    public void finish() {
        finishing = true;
        closeIfDone();
    }

    @Override
    public void cut() {
        if (over) {
            return;
        }
        over = true;
        refuseUnread();
        answerClose();
        if (!theyClosed && !weClosed && blockBytes > 0) {
            ask.accept(element("close").build(), answer -> {});
        }
    }

    void onData(Element data, Reply reply) {
        if (over || theyClosed || weClosed || blockBytes == 0) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "This bytestream is not open.");
        } else if (!Integer.toString(nextIn).equals(data.attribute("seq"))) {
            reply.error(StanzaError.UNEXPECTED_REQUEST,
                    "Block " + nextIn + " was to come, not " + data.attribute("seq") + ".");
            fail("a block came out of order");
        } else if (unread.size() >= MOST_UNREAD) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "Too many blocks came without waiting for an answer.");
            fail("the client did not wait for acknowledgements");
        } else {
            byte[] bytes = decode(data.text());
            if (bytes == null || bytes.length > blockBytes) {
                reply.error(StanzaError.BAD_REQUEST, "A block is Base64 of " + blockBytes + " bytes at most.");
                fail("a block was malformed");
                return;
            }
            nextIn = nextIn + 1 & 0xFFFF;
            unread.add(new Block(bytes, reply));
            deliver();
        }
    }

    void onClose(Reply reply) {
        if (over || theyClosed || blockBytes == 0) {
            reply.error(StanzaError.ITEM_NOT_FOUND, "This bytestream is not open.");
            return;
        }
        theyClosed = true;
        closing = reply;
        answerCloseIfDone();
        deliver();
    }

    /** Whether an answer is an error of this condition. */
    static boolean refuses(Iq answer, StanzaError condition) {
        return answer != null && answer.type() == Iq.Type.ERROR && StanzaError.of(answer.payload()) == condition;
    }

    private void deliver() {
        if (!reading || over) {
            return;
        }
        Block block = unread.poll();
        if (block != null) {
            block.reply().result();
            if (block.bytes().length == 0) {
                deliver();
                return;
            }
            reading = false;
            listener.data(block.bytes());
            closeIfDone();
        } else if (theyClosed && !endTold) {
            reading = false;
            endTold = true;
            listener.ended();
        }
    }

    private void send() {
        while (!over && inFlight < WINDOW && sentOfUnsent < unsent.length) {
            int length = Math.min(Math.min(blockBytes, MOST_SENT_BYTES), unsent.length - sentOfUnsent);
            byte[] block = Arrays.copyOfRange(unsent, sentOfUnsent, sentOfUnsent + length);
            sentOfUnsent += length;
            inFlight++;
            Element data = element("data")
                    .attribute("seq", Integer.toString(nextOut))
                    .text(Base64.getEncoder().encodeToString(block))
                    .build();
            nextOut = nextOut + 1 & 0xFFFF;
            ask.accept(data, this::onAnswer);
        }
        if (!over && writing && sentOfUnsent == unsent.length && inFlight < WINDOW) {
            writing = false;
            listener.written();
        }
    }

    private void onAnswer(Iq answer) {
        inFlight--;
        if (over) {
            return;
        }
        if (answer == null || answer.type() != Iq.Type.RESULT) {
            fail(answer == null ? "the client did not acknowledge a block" : "the client refused a block");
            return;
        }
        send();
        answerCloseIfDone();
        closeIfDone();
    }

    private void answerCloseIfDone() {
        if (!writing && inFlight == 0) {
            answerClose();
        }
    }

    private void answerClose() {
        if (closing != null) {
            Reply reply = closing;
            closing = null;
            reply.result();
        }
    }

    private void closeIfDone() {
        if (finishing && !over && !weClosed && !theyClosed && !writing && inFlight == 0 && unread.isEmpty()) {
            weClosed = true;
            ask.accept(element("close").build(), answer -> {
                theyClosed = true;
                deliver();
            });
        }
    }

    private void fail(String why) {
        cut();
        if (listener == null) {
            brokenWhy = why;
        } else {
            listener.broken(why);
        }
    }

    private void refuseUnread() {
        unread.forEach(block -> block.reply().error(StanzaError.ITEM_NOT_FOUND, "This bytestream is over."));
        unread.clear();
    }

    private Element.Builder element(String name) {
        return Element.of(name, InBandTransport.STANZAS).attribute("sid", sid);
    }

    /** XEP-0047 §2.2: white space is allowed by some old clients only, and harms nobody. */
    private static byte[] decode(String text) {
        try {
            return Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
